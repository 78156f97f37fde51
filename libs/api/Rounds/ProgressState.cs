using System.Text.Json.Serialization;

namespace Sgasa.Api.Rounds;

/// <summary>Where a stage stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProgressState>))]
public enum ProgressState
{
    /// <summary>What it needs is not there yet.</summary>
    Waiting,

    /// <summary>Work of it is outstanding, or part of it is done.</summary>
    Running,

    /// <summary>Nothing of it is left to do.</summary>
    Done,

    /// <summary>The round was cancelled before it was done.</summary>
    Cancelled,
}
