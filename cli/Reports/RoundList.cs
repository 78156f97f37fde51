using System.Text.Json.Serialization;
using Sgasa.Api;
using Sgasa.Api.Rounds;

namespace Sgasa.Cli.Reports;

/// <summary>All rounds of an output folder, newest first, for <c>rounds --json</c>.</summary>
public sealed record RoundList
{
    /// <summary>The rounds.</summary>
    public required IReadOnlyList<RoundListEntry> Rounds { get; init; }
}

/// <summary>One round in a list.</summary>
public sealed record RoundListEntry
{
    /// <summary>The round's id.</summary>
    public required string Round { get; init; }

    /// <summary>Where it stands.</summary>
    [JsonConverter(typeof(CamelCase<RoundStatus>))]
    public required RoundStatus Status { get; init; }

    /// <summary>Name of the attack log.</summary>
    public required string Source { get; init; }

    /// <summary>The recipe's name.</summary>
    public required string Recipe { get; init; }

    /// <summary>The seed.</summary>
    public required long Seed { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What the candidate's average gained over Vanilla's; null until both are known.</summary>
    public double? Gain { get; init; }
}
