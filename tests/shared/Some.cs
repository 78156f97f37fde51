using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Testing;

/// <summary>Makes test data.</summary>
internal static class Some
{
    public const string RoundId = "r1";

    public const long Seed = 7;

    public static RoundSpecification Round(
        Func<Recipe, Recipe>? recipe = null,
        string id = RoundId,
        long seed = Seed,
        string? parent = null,
        JudgeKind judge = JudgeKind.Rules) => new()
        {
            Id = id,
            Recipe = (recipe ?? (r => r))(new Recipe()),
            Seed = seed,
            BaseModel = "base",
            ParentCheckpointId = parent,
            Judge = judge,
            Source = "log",
            CreatedAt = DateTimeOffset.UnixEpoch,
        };

    /// <summary>A log of that many harmful prompts, then as many benign ones.</summary>
    public static IReadOnlyList<AttackPrompt> Log(int harmful = 5, int benign = 5, string roundId = RoundId) =>
    [
        .. Enumerable.Range(0, harmful).Select(i => Attack(i, Label.Harmful, roundId)),
        .. Enumerable.Range(harmful, benign).Select(i => Attack(i, Label.Benign, roundId)),
    ];

    public static AttackPrompt Attack(int index, Label label, string roundId = RoundId, string? text = null) => new()
    {
        Id = ArtifactIds.AttackPrompt(roundId, index),
        RoundId = roundId,
        LogId = $"{index}",
        Text = text ?? $"logged {label} prompt about subject {index}",
        Label = label,
    };

    public static AugmentedPrompt Prompt(int place, Label label, string? text = null) => new()
    {
        Id = ArtifactIds.AugmentedPrompt(RoundId, label, 0, place),
        RoundId = RoundId,
        Text = text ?? $"new {label} prompt about subject {place}",
        Label = label,
        Verdict = PromptVerdict.Accepted,
        ExampleIds = [],
        InstructionHash = "hash",
    };

    public static Guideline Guideline(int slot = 0, string? text = null) => new()
    {
        Id = ArtifactIds.Guideline(RoundId, slot, 0),
        RoundId = RoundId,
        Slot = slot,
        Attempt = 0,
        Text = text ?? $"Guideline number {slot}.",
        Verified = true,
        Score = 1,
        ExampleIds = [],
        InstructionHash = "hash",
    };

    public static EvaluationPrompt Test(int index, Label label, string? text = null) => new()
    {
        Id = ArtifactIds.EvaluationPrompt(RoundId, label, index),
        RoundId = RoundId,
        Text = text ?? $"test {label} prompt about subject {index}",
        Label = label,
    };
}
