namespace Sgasa.Contracts.Messages;

/// <summary>Asks the synthesizer for one attempt at one guideline slot.</summary>
public sealed record SynthesizeGuideline
{
    /// <summary>The round.</summary>
    public required string RoundId { get; init; }

    /// <summary>Which of the recipe's guidelines, from 0.</summary>
    public required int Slot { get; init; }

    /// <summary>The attempt, from 0.</summary>
    public required int Attempt { get; init; }
}

/// <summary>Asks the augmenter for a batch of new prompts of one label.</summary>
public sealed record AugmentPrompts
{
    /// <summary>The round.</summary>
    public required string RoundId { get; init; }

    /// <summary>The label they are written for.</summary>
    public required Label Label { get; init; }

    /// <summary>The batch's number within the label, from 0.</summary>
    public required int Batch { get; init; }

    /// <summary>Texts to ask for.</summary>
    public required int Count { get; init; }
}

/// <summary>Asks the augmenter for training pairs from some prompts.</summary>
public sealed record BuildPairs
{
    /// <summary>The round.</summary>
    public required string RoundId { get; init; }

    /// <summary>Which training the pairs are for.</summary>
    public required Stage Stage { get; init; }

    /// <summary>The label of all the prompts.</summary>
    public required Label Label { get; init; }

    /// <summary>The batch's number within stage and label, from 0.</summary>
    public required int Batch { get; init; }

    /// <summary>The augmented prompts to use, in order.</summary>
    public required IReadOnlyList<string> PromptIds { get; init; }

    /// <summary>Verified guidelines to draw from (SFT); empty for DPO.</summary>
    public required IReadOnlyList<string> GuidelineIds { get; init; }
}

/// <summary>Asks the trainer for a checkpoint. Acknowledged when the job is stored, not when it is done.</summary>
public sealed record TrainCheckpoint
{
    /// <summary>The round.</summary>
    public required string RoundId { get; init; }

    /// <summary>SFT or DPO.</summary>
    public required Stage Stage { get; init; }

    /// <summary>The pairs to train on; the trainer reads them sorted by id.</summary>
    public required IReadOnlyList<string> PairIds { get; init; }
}

/// <summary>Asks the evaluator to judge one method on a part of the evaluation suite.</summary>
public sealed record EvaluateCheckpoint
{
    /// <summary>The round.</summary>
    public required string RoundId { get; init; }

    /// <summary>The method.</summary>
    public required Method Method { get; init; }

    /// <summary>The checkpoint to sample from; null for the base model.</summary>
    public string? CheckpointId { get; init; }

    /// <summary>The verified guideline in context; only for <see cref="Method.Context"/>, empty otherwise.</summary>
    public required IReadOnlyList<string> GuidelineIds { get; init; }

    /// <summary>The shard's number within the method, from 0.</summary>
    public required int Shard { get; init; }

    /// <summary>The evaluation prompts of this shard.</summary>
    public required IReadOnlyList<string> PromptIds { get; init; }
}
