using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Coordinator.Rounds;

/// <summary>What the rules ask of a round.</summary>
internal static class RoundStateExtensions
{
    /// <summary>One half of the round.</summary>
    public static StageState At(this RoundState state, Stage stage) => stage == Stage.Sft ? state.Sft : state.Dpo;

    /// <summary>A copy with one half replaced.</summary>
    public static RoundState With(this RoundState state, Stage stage, StageState value) =>
        stage == Stage.Sft ? state with { Sft = value } : state with { Dpo = value };

    /// <summary>A copy that has failed.</summary>
    public static RoundState Failed(this RoundState state, string reason) =>
        state with { Status = RoundStatus.Failed, Reason = reason };

    /// <summary>The verified guidelines, in the order of their slots.</summary>
    public static IReadOnlyList<string> VerifiedGuidelineIds(this RoundState state) =>
        [.. state.Guidelines.Select(g => g.VerifiedId).OfType<string>()];

    /// <summary>Whether every slot has its guideline.</summary>
    public static bool HasAllGuidelines(this RoundState state) => state.Guidelines.All(g => g.VerifiedId is not null);

    /// <summary>How many of a label's accepted prompts are kept for the evaluation: the last fifth, at least one.</summary>
    public static int HeldOut(this RoundState state, Label label)
    {
        var accepted = state.Prompts[label].Kept.Count;
        return state.HoldsOutTestPrompts && accepted > 0
            ? Math.Clamp(accepted / 5, 1, state.Recipe.Evaluation.PromptsPerLabel)
            : 0;
    }

    /// <summary>Which augmented prompts become evaluation prompts: those the training leaves aside.</summary>
    public static IReadOnlyList<HeldOutPrompt> HeldOutPrompts(this RoundState state) =>
    [
        .. from label in Labels.All
           let heldOut = state.Prompts[label].Kept.TakeLast(state.HeldOut(label)).ToList()
           from index in Enumerable.Range(0, heldOut.Count)
           select new HeldOutPrompt(heldOut[index].Id, ArtifactIds.EvaluationPrompt(state.RoundId, label, index)),
    ];

    /// <summary>A copy with one item replaced.</summary>
    public static IReadOnlyList<T> Replace<T>(this IReadOnlyList<T> list, int index, T value)
    {
        var copy = list.ToList();
        copy[index] = value;
        return copy;
    }

    /// <summary>The prompts a label's pairs may be built from, in order.</summary>
    public static IEnumerable<string> TrainingPromptIds(this RoundState state, Label label)
    {
        var kept = state.Prompts[label].Kept;
        return kept.Take(kept.Count - state.HeldOut(label)).Select(i => i.Id);
    }

    /// <summary>
    /// The prompts in the order in which a stage takes them. DPO starts with those that SFT did not use, then wraps
    /// round to the used ones.
    /// </summary>
    public static IReadOnlyList<string> PromptOrder(this RoundState state, Stage stage, Label label)
    {
        var prompts = state.TrainingPromptIds(label).ToList();
        var used = stage == Stage.Dpo ? state.Sft.Pairs[label]?.Asked ?? 0 : 0;
        return [.. prompts.Skip(used), .. prompts.Take(used)];
    }

    /// <summary>The evaluation prompts of one shard.</summary>
    public static IReadOnlyList<string> TestPromptShard(this RoundState state, int shard) =>
        [.. state.TestPromptIds.Skip(shard * state.Recipe.Evaluation.ShardSize).Take(state.Recipe.Evaluation.ShardSize)];

    /// <summary>The methods' evaluations that have all of their verdicts.</summary>
    public static IEnumerable<Evaluation> CompleteEvaluations(this RoundState state) =>
        state.Evaluations.Where(e => e.IsComplete).Select(e => new Evaluation
        {
            Id = ArtifactIds.Evaluation(state.RoundId, e.Method),
            RoundId = state.RoundId,
            Method = e.Method,
            Judge = state.Judge,
            Counts = e.Counts,
        });

    /// <summary>The label inside a sentence.</summary>
    public static string Word(this Label label) => label == Label.Harmful ? "harmful" : "benign";

    /// <summary>The stage's name as people write it.</summary>
    public static string DisplayName(this Stage stage) => stage == Stage.Sft ? "SFT" : "DPO";
}
