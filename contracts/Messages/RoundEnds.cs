namespace Sgasa.Contracts.Messages;

/// <summary>The candidate became the champion.</summary>
public sealed record CheckpointPromoted : IRoundEvent
{
    /// <inheritdoc />
    public required string RoundId { get; init; }

    /// <summary>The new champion.</summary>
    public required string CheckpointId { get; init; }
}

/// <summary>A round reached its end.</summary>
public sealed record RoundCompleted : IRoundEvent
{
    /// <inheritdoc />
    public required string RoundId { get; init; }
}

/// <summary>A round ended without a candidate.</summary>
public sealed record RoundFailed : IRoundEvent
{
    /// <inheritdoc />
    public required string RoundId { get; init; }

    /// <summary>What went wrong and what to do, in one sentence.</summary>
    public required string Reason { get; init; }
}
