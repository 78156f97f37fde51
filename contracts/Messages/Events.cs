namespace Sgasa.Contracts.Messages;

/// <summary>An attack prompt was taken into the log.</summary>
public sealed record AttackLogged
{
    /// <summary>The round it was logged for.</summary>
    public required string RoundId { get; init; }

    /// <summary>The stored attack prompt.</summary>
    public required string AttackPromptId { get; init; }

    /// <summary>Its label.</summary>
    public required Label Label { get; init; }

    /// <summary>Its attack family; empty where unknown.</summary>
    public required string Family { get; init; }
}

/// <summary>A round began.</summary>
public sealed record RoundStarted
{
    /// <summary>The round.</summary>
    public required string RoundId { get; init; }
}

/// <summary>An attempt at a guideline was made and verified, or found wanting.</summary>
public sealed record GuidelineSynthesized
{
    /// <summary>The round.</summary>
    public required string RoundId { get; init; }

    /// <summary>The guideline slot.</summary>
    public required int Slot { get; init; }

    /// <summary>The attempt.</summary>
    public required int Attempt { get; init; }

    /// <summary>The stored attempt.</summary>
    public required string GuidelineId { get; init; }

    /// <summary>Whether it may be used.</summary>
    public required bool Verified { get; init; }

    /// <summary>Share of right verification responses, 0 to 1.</summary>
    public required double Score { get; init; }

    /// <summary>Tokens generated for it.</summary>
    public required long Tokens { get; init; }
}

/// <summary>One accepted prompt of a batch, with what near-duplicate detection across batches needs.</summary>
public sealed record AcceptedPrompt
{
    /// <summary>The stored augmented prompt.</summary>
    public required string PromptId { get; init; }

    /// <summary>Base64 of its MinHash signature (64 one-byte hashes of word trigrams).</summary>
    public required string Signature { get; init; }
}

/// <summary>A batch of prompts was written, classified and filtered.</summary>
public sealed record PromptAugmented
{
    /// <summary>The round.</summary>
    public required string RoundId { get; init; }

    /// <summary>The label they were written for.</summary>
    public required Label Label { get; init; }

    /// <summary>The batch's number.</summary>
    public required int Batch { get; init; }

    /// <summary>What passed the filters, in order.</summary>
    public required IReadOnlyList<AcceptedPrompt> Accepted { get; init; }

    /// <summary>Texts asked for.</summary>
    public required int Requested { get; init; }

    /// <summary>Tokens generated for the batch.</summary>
    public required long Tokens { get; init; }
}

/// <summary>A batch of prompts was turned into training pairs.</summary>
public sealed record PairBuilt
{
    /// <summary>The round.</summary>
    public required string RoundId { get; init; }

    /// <summary>Which training the pairs are for.</summary>
    public required Stage Stage { get; init; }

    /// <summary>The label of the prompts.</summary>
    public required Label Label { get; init; }

    /// <summary>The batch's number within stage and label.</summary>
    public required int Batch { get; init; }

    /// <summary>The stored pairs, in the order of their prompts; a prompt may have yielded none.</summary>
    public required IReadOnlyList<string> PairIds { get; init; }

    /// <summary>Prompts tried.</summary>
    public required int Prompts { get; init; }

    /// <summary>Tokens generated for the batch.</summary>
    public required long Tokens { get; init; }
}

/// <summary>A training job took some steps.</summary>
public sealed record TrainingProgressed
{
    /// <summary>The round.</summary>
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
public sealed record CheckpointReady
{
    /// <summary>The round.</summary>
    public required string RoundId { get; init; }

    /// <summary>SFT or DPO.</summary>
    public required Stage Stage { get; init; }

    /// <summary>The stored checkpoint.</summary>
    public required string CheckpointId { get; init; }
}

/// <summary>A training job ended without a checkpoint.</summary>
public sealed record TrainingFailed
{
    /// <summary>The round.</summary>
    public required string RoundId { get; init; }

    /// <summary>SFT or DPO.</summary>
    public required Stage Stage { get; init; }

    /// <summary>What went wrong and what to do, in one sentence.</summary>
    public required string Reason { get; init; }
}

/// <summary>One method was judged on a part of the evaluation suite.</summary>
public sealed record CheckpointEvaluated
{
    /// <summary>The round.</summary>
    public required string RoundId { get; init; }

    /// <summary>The method.</summary>
    public required Method Method { get; init; }

    /// <summary>The shard's number.</summary>
    public required int Shard { get; init; }

    /// <summary>Verdicts of this shard.</summary>
    public required EvaluationCounts Counts { get; init; }

    /// <summary>Tokens generated for the shard.</summary>
    public required long Tokens { get; init; }
}

/// <summary>A worker gave a command up for good.</summary>
public sealed record WorkFailed
{
    /// <summary>The round.</summary>
    public required string RoundId { get; init; }

    /// <summary>The command's name and place, e.g. <c>SynthesizeGuideline 3-0</c>.</summary>
    public required string Work { get; init; }

    /// <summary>What went wrong and what to do, in one sentence.</summary>
    public required string Reason { get; init; }
}

/// <summary>The candidate became the champion.</summary>
public sealed record CheckpointPromoted
{
    /// <summary>The round.</summary>
    public required string RoundId { get; init; }

    /// <summary>The new champion.</summary>
    public required string CheckpointId { get; init; }
}

/// <summary>The candidate did not become the champion.</summary>
public sealed record CheckpointRejected
{
    /// <summary>The round.</summary>
    public required string RoundId { get; init; }

    /// <summary>The candidate.</summary>
    public required string CheckpointId { get; init; }

    /// <summary>Why, in one sentence.</summary>
    public required string Reason { get; init; }
}

/// <summary>A round reached its end.</summary>
public sealed record RoundCompleted
{
    /// <summary>The round.</summary>
    public required string RoundId { get; init; }
}

/// <summary>A round ended without a candidate.</summary>
public sealed record RoundFailed
{
    /// <summary>The round.</summary>
    public required string RoundId { get; init; }

    /// <summary>What went wrong and what to do, in one sentence.</summary>
    public required string Reason { get; init; }
}
