namespace Sgasa.Api.Rounds;

/// <summary>The answer to a submission.</summary>
public sealed record SubmittedRound
{
    /// <summary>The round's id; the same submission has the same.</summary>
    public required string Id { get; init; }

    /// <summary>Whether this request began it; else it was there, and goes on where it had failed or was cancelled.</summary>
    public required bool Begun { get; init; }
}
