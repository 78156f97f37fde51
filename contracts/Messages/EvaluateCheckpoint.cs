namespace Sgasa.Contracts.Messages;

/// <summary>Asks the evaluator to judge one method on a part of the evaluation suite.</summary>
public sealed record EvaluateCheckpoint : IRoundCommand
{
    /// <inheritdoc />
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

    string IRoundCommand.Work => $"{nameof(EvaluateCheckpoint)} {Method} {Shard}";
}

/// <summary>One method was judged on a part of the evaluation suite.</summary>
public sealed record CheckpointEvaluated : IRoundAnswer<EvaluateCheckpoint>
{
    /// <inheritdoc />
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
