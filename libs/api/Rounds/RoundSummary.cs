namespace Sgasa.Api.Rounds;

/// <summary>A round in a list.</summary>
public sealed record RoundSummary
{
    /// <summary>The round's id.</summary>
    public required string Id { get; init; }

    /// <summary>Where it stands.</summary>
    public required RoundStatus Status { get; init; }

    /// <summary>Name of the attack log.</summary>
    public required string Source { get; init; }

    /// <summary>Name of the recipe.</summary>
    public required string Recipe { get; init; }

    /// <summary>The seed.</summary>
    public required long Seed { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What the candidate's average gained over Vanilla's; null until both are known.</summary>
    public double? Gain { get; init; }
}
