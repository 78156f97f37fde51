using System.Text.Json.Serialization;

namespace Sgasa.Api.Rounds;

/// <summary>Where a round stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RoundStatus>))]
public enum RoundStatus
{
    /// <summary>Work is outstanding.</summary>
    Running,

    /// <summary>All four methods are evaluated and the candidate is promoted or rejected.</summary>
    Completed,

    /// <summary>It could not go on; its progress says why. Asking for the same round again resumes it.</summary>
    Failed,

    /// <summary>Somebody stopped it. Asking for the same round again resumes it.</summary>
    Cancelled,
}
