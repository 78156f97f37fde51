using Sgasa.Contracts;

namespace Sgasa.Coordinator.Rounds;

/// <summary>What follows from an event.</summary>
/// <param name="State">The round after it; the same object when nothing changed.</param>
/// <param name="Messages">
/// What to do, in this order: effects (<see cref="KeepTestPrompts"/>, <see cref="KeepEvaluation"/>, <see cref="StopTraining"/>),
/// events to publish, commands to send.
/// </param>
public sealed record Decision(RoundState State, IReadOnlyList<object> Messages);

/// <summary>Effect: copy held-out augmented prompts into evaluation prompts, before anybody evaluates them.</summary>
public sealed record KeepTestPrompts
{
    /// <summary>The round.</summary>
    public required string RoundId { get; init; }

    /// <summary>Which augmented prompt becomes which evaluation prompt.</summary>
    public required IReadOnlyList<HeldOutPrompt> Prompts { get; init; }
}

/// <summary>Effect: store the figures of a method whose shards are all judged.</summary>
public sealed record KeepEvaluation
{
    /// <summary>The round.</summary>
    public required string RoundId { get; init; }

    /// <summary>The method.</summary>
    public required Method Method { get; init; }

    /// <summary>Who judged.</summary>
    public required JudgeKind Judge { get; init; }

    /// <summary>Verdicts over the whole suite.</summary>
    public required EvaluationCounts Counts { get; init; }
}

/// <summary>Effect: cancel the training of a round that ended before it; asked for again, it is trained after all.</summary>
public sealed record StopTraining
{
    /// <summary>The round.</summary>
    public required string RoundId { get; init; }

    /// <summary>Which training.</summary>
    public required Stage Stage { get; init; }
}
