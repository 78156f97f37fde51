using Sgasa.Contracts;
using Sgasa.Modeling;

namespace Sgasa.Evaluator.Trials;

/// <summary>What is evaluated and how, apart from the prompts.</summary>
public sealed record EvaluationPlan
{
    /// <summary>The seed of the round, or of the evaluation outside of one.</summary>
    public required long RoundSeed { get; init; }

    /// <summary>The checkpoint to sample from; null for the base model.</summary>
    public string? CheckpointId { get; init; }

    /// <summary>How responses are sampled.</summary>
    public required SamplingConfig Sampling { get; init; }

    /// <summary>The wording of the instructions.</summary>
    public InstructionStyle Instructions { get; init; } = InstructionStyle.Standard;

    /// <summary>
    /// Texts of guidelines of which each prompt gets one, drawn by its response's id, in front of it; empty for none.
    /// </summary>
    public IReadOnlyList<string> Guidelines { get; init; } = [];
}
