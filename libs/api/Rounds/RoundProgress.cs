namespace Sgasa.Api.Rounds;

/// <summary>How far a round has come, for people.</summary>
public sealed record RoundProgress
{
    /// <summary>The round.</summary>
    public required string RoundId { get; init; }

    /// <summary>Where it stands as a whole.</summary>
    public required RoundStatus Status { get; init; }

    /// <summary>Why it failed or was cancelled; empty otherwise.</summary>
    public required string Reason { get; init; }

    /// <summary>One entry for each stage, in the order of <see cref="ProgressStage"/>.</summary>
    public required IReadOnlyList<StageProgress> Stages { get; init; }
}
