namespace Sgasa.Contracts.Messages;

/// <summary>Asks the trainer for a checkpoint. Acknowledged when the job is stored, not when it is done.</summary>
public sealed record TrainCheckpoint : IRoundCommand
{
    /// <inheritdoc />
    public required string RoundId { get; init; }

    /// <summary>SFT or DPO.</summary>
    public required Stage Stage { get; init; }

    /// <summary>The pairs to train on; the trainer reads them sorted by id.</summary>
    public required IReadOnlyList<string> PairIds { get; init; }

    string IRoundCommand.Work => $"{nameof(TrainCheckpoint)} {Stage}";
}

/// <summary>A training job took some steps.</summary>
public sealed record TrainingProgressed : IRoundEvent
{
    /// <inheritdoc />
    public required string RoundId { get; init; }

    /// <summary>SFT or DPO.</summary>
    public required Stage Stage { get; init; }

    /// <summary>Optimizer steps taken.</summary>
    public required int Step { get; init; }

    /// <summary>Optimizer steps in all.</summary>
    public required int Steps { get; init; }

    /// <summary>Loss of the last step.</summary>
    public required double Loss { get; init; }

    /// <summary>Tokens through the model per second, padding not counted.</summary>
    public required double TokensPerSecond { get; init; }
}

/// <summary>A checkpoint was trained and can be sampled.</summary>
public sealed record CheckpointReady : IRoundAnswer<TrainCheckpoint>
{
    /// <inheritdoc />
    public required string RoundId { get; init; }

    /// <summary>SFT or DPO.</summary>
    public required Stage Stage { get; init; }

    /// <summary>The stored checkpoint.</summary>
    public required string CheckpointId { get; init; }
}

/// <summary>A training job ended without a checkpoint.</summary>
public sealed record TrainingFailed : IRoundAnswer<TrainCheckpoint>
{
    /// <inheritdoc />
    public required string RoundId { get; init; }

    /// <summary>SFT or DPO.</summary>
    public required Stage Stage { get; init; }

    /// <summary>What went wrong and what to do, in one sentence.</summary>
    public required string Reason { get; init; }
}
