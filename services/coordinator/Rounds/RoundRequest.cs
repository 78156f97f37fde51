using Sgasa.AttackLogs;
using Sgasa.Contracts;

namespace Sgasa.Coordinator.Rounds;

/// <summary>Everything a round is made from. The same request is the same round.</summary>
public sealed record RoundRequest
{
    /// <summary>Every number the round uses; its name does not matter.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>The seed all randomness of the round derives from.</summary>
    public required long Seed { get; init; }

    /// <summary>Fingerprint of the base model.</summary>
    public required string BaseModel { get; init; }

    /// <summary>The checkpoint to start from; null for the base model itself.</summary>
    public string? ParentCheckpointId { get; init; }

    /// <summary>Who judges the evaluation.</summary>
    public required JudgeKind Judge { get; init; }

    /// <summary>Name of the attack log, for display and error messages.</summary>
    public required string Source { get; init; }

    /// <summary>The logged prompts, in order: at least two of each label.</summary>
    public required IReadOnlyList<LoggedPrompt> AttackPrompts { get; init; }

    /// <summary>
    /// Test prompts of both labels, of which the recipe's number per label is taken, in order; empty to hold out augmented
    /// prompts instead.
    /// </summary>
    public IReadOnlyList<LoggedPrompt> EvaluationPrompts { get; init; } = [];
}
