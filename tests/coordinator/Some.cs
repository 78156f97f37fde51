using Sgasa.AttackLogs;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Coordinator.Rounds;

namespace Sgasa.Coordinator.Tests;

/// <summary>Makes test data: everything valid and small unless said otherwise.</summary>
internal static class Some
{
    public const string RoundId = "r-1";

    public static Recipe Recipe { get; } = new()
    {
        Name = "test",
        Guidelines = new GuidelineRecipe { Count = 2, MaxAttempts = 3, Threshold = 0.9 },
        Augmentation = new AugmentationRecipe
        {
            PromptsPerLabel = 6,
            BatchSize = 4,
            Budget = 3,
            NearDuplicateThreshold = 0.9,
        },
        SftData = new SftDataRecipe { PairsPerLabel = 4, MinimumPerLabel = 2, BatchSize = 2 },
        DpoData = new DpoDataRecipe { HarmfulPairs = 3, BenignPairs = 2, MinimumPerLabel = 1, BatchSize = 2 },
        Evaluation = new EvaluationRecipe { PromptsPerLabel = 3, ShardSize = 4 },
    };

    public static RoundSpecification Specification(Recipe? recipe = null, string? parent = null) => new()
    {
        Id = RoundId,
        Recipe = recipe ?? Recipe,
        Seed = 7,
        BaseModel = "base",
        ParentCheckpointId = parent,
        Judge = JudgeKind.Rules,
        Source = "log.jsonl",
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    /// <summary>Three harmful and three benign test prompts: two shards of the recipe's four.</summary>
    public static IReadOnlyList<string> TestPromptIds { get; } =
    [
        .. Enumerable.Range(0, 3).Select(i => ArtifactIds.EvaluationPrompt(RoundId, Label.Harmful, i)),
        .. Enumerable.Range(0, 3).Select(i => ArtifactIds.EvaluationPrompt(RoundId, Label.Benign, i)),
    ];

    public static Decision Started(Recipe? recipe = null, bool holdOut = false, string? parent = null) =>
        RoundDecider.Start(Specification(recipe, parent), holdOut ? [] : TestPromptIds, 0.1);

    /// <summary>Two harmful and two benign logged prompts, and three test prompts of each label.</summary>
    public static RoundRequest Request(Recipe? recipe = null, bool holdOut = false) => new()
    {
        Recipe = recipe ?? Recipe,
        Seed = 7,
        BaseModel = "base",
        Judge = JudgeKind.Rules,
        Source = "log.jsonl",
        AttackPrompts = Prompts("attack", perLabel: 2),
        EvaluationPrompts = holdOut ? [] : Prompts("test", perLabel: 3),
    };

    private static List<LoggedPrompt> Prompts(string kind, int perLabel) =>
    [
        .. from label in Enum.GetValues<Label>()
           from i in Enumerable.Range(0, perLabel)
           select new LoggedPrompt($"{label}-{i}", $"{kind} {label} {i}", label, "educator", "logs", Line: i + 1),
    ];
}
