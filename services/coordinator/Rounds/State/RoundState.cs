using System.Text.Json.Serialization;
using Sgasa.Contracts;

namespace Sgasa.Coordinator.Rounds;

/// <summary>
/// Everything the decider knows of a round: ids, counts and quotas, never texts. Immutable, and the same after the same
/// answers whatever their order.
/// </summary>
public sealed record RoundState
{
    /// <summary>The round's id.</summary>
    public required string RoundId { get; init; }

    /// <summary>Every number the round uses.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>Who judges the evaluation.</summary>
    public required JudgeKind Judge { get; init; }

    /// <summary>The checkpoint the round starts from; null for the base model.</summary>
    public string? ParentCheckpointId { get; init; }

    /// <summary>By how much <em>not overrefuse</em> may fall below Vanilla's before promotion is refused, 0 to 1.</summary>
    public required double OverrefusalTolerance { get; init; }

    /// <summary>Where the round stands.</summary>
    public RoundStatus Status { get; init; } = RoundStatus.Running;

    /// <summary>Why it failed or was cancelled, in one sentence; empty otherwise.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Whether test prompts are held out from the augmented ones, because none were given.</summary>
    public required bool HoldsOutTestPrompts { get; init; }

    /// <summary>The evaluation prompts, harmful first; empty until the held-out ones are known.</summary>
    public IReadOnlyList<string> TestPromptIds { get; init; } = [];

    /// <summary>The guideline slots, in order.</summary>
    public required IReadOnlyList<GuidelineSlot> Guidelines { get; init; }

    /// <summary>Attempts a guideline slot may take.</summary>
    public required int GuidelineAttempts { get; init; }

    /// <summary>Accepted augmented prompts.</summary>
    public required PerLabel<WaveState> Prompts { get; init; }

    /// <summary>The SFT half of the round.</summary>
    public StageState Sft { get; init; } = new();

    /// <summary>The DPO half of the round.</summary>
    public StageState Dpo { get; init; } = new();

    /// <summary>The evaluations begun so far, in the order of <see cref="Method"/>.</summary>
    public IReadOnlyList<MethodEvaluation> Evaluations { get; init; } = [];

    /// <summary>Whether the candidate became the champion; null until all methods are evaluated.</summary>
    public Promotion? Promotion { get; init; }
}

/// <summary>One of the guidelines wanted.</summary>
public sealed record GuidelineSlot
{
    /// <summary>Attempts answered so far, also the number of the one that is awaited.</summary>
    public int Attempt { get; init; }

    /// <summary>The verified guideline, or null.</summary>
    public string? VerifiedId { get; init; }

    /// <summary>Best verification score of any attempt, 0 to 1.</summary>
    public double BestScore { get; init; }

    /// <summary>Tokens generated for all attempts.</summary>
    public long Tokens { get; init; }
}

/// <summary>Pairs and training of one stage.</summary>
public sealed record StageState
{
    /// <summary>The pairs per label; null until they are asked for.</summary>
    public PerLabel<WaveState?> Pairs { get; init; } = new(null, null);

    /// <summary>The pairs of the training, sorted by id; null until it is asked for.</summary>
    public IReadOnlyList<string>? TrainingPairIds { get; init; }

    /// <summary>The trained checkpoint, or null.</summary>
    public string? CheckpointId { get; init; }
}

/// <summary>The evaluation of one method, cut into shards.</summary>
public sealed record MethodEvaluation
{
    /// <summary>The method.</summary>
    public required Method Method { get; init; }

    /// <summary>The checkpoint sampled; null for the base model.</summary>
    public string? CheckpointId { get; init; }

    /// <summary>Verdicts per shard; null while awaited.</summary>
    public required IReadOnlyList<EvaluationCounts?> Shards { get; init; }

    /// <summary>Tokens generated so far.</summary>
    public long Tokens { get; init; }

    /// <summary>Whether every shard is judged.</summary>
    [JsonIgnore]
    public bool IsComplete => Shards.All(s => s is not null);

    /// <summary>Verdicts over all judged shards.</summary>
    [JsonIgnore]
    public EvaluationCounts Counts => Shards.OfType<EvaluationCounts>().Aggregate(new EvaluationCounts(), (a, b) => a + b);
}
