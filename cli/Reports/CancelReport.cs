using System.Text.Json.Serialization;
using Sgasa.Api;
using Sgasa.Api.Rounds;

namespace Sgasa.Cli.Reports;

/// <summary>Where a round stands after it was asked to stop, for <c>cancel --json</c>.</summary>
public sealed record CancelReport
{
    /// <summary>The round's id.</summary>
    public required string Round { get; init; }

    /// <summary>Where it stands.</summary>
    [JsonConverter(typeof(CamelCase<RoundStatus>))]
    public required RoundStatus Status { get; init; }

    /// <summary>The same for people.</summary>
    [JsonIgnore]
    public string Text => Status == RoundStatus.Cancelled
        ? $"Round {Round} is cancelled. The command that started it goes on with it."
        : $"Round {Round} had ended before: it is {Status.ToString().ToLowerInvariant()}.";
}
