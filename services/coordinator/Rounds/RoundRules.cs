using Sgasa.Contracts;

namespace Sgasa.Coordinator.Rounds;

/// <summary>
/// What a round starts, and when it ends, as rules over its state alone: each looks at what is there and starts what has
/// become possible, so the order in which it became so does not matter.
/// </summary>
internal static class RoundRules
{
    private static readonly Func<RoundState, RoundState>[] InOrder =
    [
        FailWithoutGuidelines,
        PlanPrompts,
        HoldOutTestPrompts,
        state => Evaluate(state, Method.Vanilla, state.ParentCheckpointId),
        state => state.HasAllGuidelines() ? Evaluate(state, Method.Context, state.ParentCheckpointId) : state,
        state => state.HasAllGuidelines() ? StageRules.Advance(state, Stage.Sft) : state,
        state => state.Sft.CheckpointId is { } sft ? Evaluate(state, Method.Sft, sft) : state,
        state => state.Sft.CheckpointId is not null ? StageRules.Advance(state, Stage.Dpo) : state,
        state => state.Dpo.CheckpointId is { } dpo ? Evaluate(state, Method.Dpo, dpo) : state,
        Complete,
    ];

    /// <summary>Applies every rule once, until the round ends.</summary>
    public static RoundState Advance(RoundState state)
    {
        foreach (var rule in InOrder)
        {
            if (state.Status != RoundStatus.Running) break;
            state = rule(state);
        }

        return state;
    }

    /// <summary>Whether some guideline has used up its attempts.</summary>
    public static bool HasExhaustedGuideline(RoundState state) =>
        state.Guidelines.Any(g => g.VerifiedId is null && g.Attempt >= state.GuidelineAttempts);

    /// <summary>Whether augmentation ended with fewer prompts than the pairs need.</summary>
    public static bool HasTooFewPrompts(RoundState state, Label label) =>
        Waves.IsDone(state.Prompts[label]) && state.TrainingPromptIds(label).Count() < PromptsNeeded(state, label);

    private static RoundState FailWithoutGuidelines(RoundState state)
    {
        if (!HasExhaustedGuideline(state)) return state;

        var slots = Enumerable.Range(0, state.Guidelines.Count)
            .Where(i => state.Guidelines[i].VerifiedId is null && state.Guidelines[i].Attempt >= state.GuidelineAttempts)
            .ToList();
        var best = slots.Max(i => state.Guidelines[i].BestScore);
        return state.Failed(
            $"Guideline slot {string.Join(", ", slots)} was not verified in {state.GuidelineAttempts} attempts " +
            $"(best score {best:0.00}, threshold {state.Recipe.Guidelines.Threshold:0.00}). Lower guidelines.threshold " +
            "or raise guidelines.maxAttempts in the recipe, or run the round again to grant as many attempts once more.");
    }

    private static RoundState PlanPrompts(RoundState state)
    {
        foreach (var label in Labels.All)
        {
            var prompts = Waves.Plan(state.Prompts[label]);
            state = state with { Prompts = state.Prompts.With(label, prompts) };
            if (!Waves.IsDone(prompts)) continue;
            if (HasTooFewPrompts(state, label)) return state.Failed(TooFewPrompts(state, label));

            state = state with { Prompts = state.Prompts.With(label, Waves.ForgetSignatures(prompts)) };
        }

        return state;
    }

    private static string TooFewPrompts(RoundState state, Label label)
    {
        var heldOut = state.HeldOut(label);
        return
            $"Augmentation accepted {state.Prompts[label].Kept.Count} {label.Word()} prompts out of " +
            $"{state.Prompts[label].Asked} texts" +
            (heldOut > 0 ? $", {heldOut} of them held out for the evaluation" : "") +
            $"; {PromptsNeeded(state, label)} are needed for the pairs. Raise augmentation.budget or lower the " +
            "minimumPerLabel of sftData and dpoData in the recipe, or run the round again to grant the budget once more.";
    }

    private static RoundState HoldOutTestPrompts(RoundState state)
    {
        if (state.TestPromptIds.Count > 0 || !Labels.All.All(l => Waves.IsDone(state.Prompts[l]))) return state;
        return state with
        {
            TestPromptIds = [.. RoundTransitions.HeldOutPrompts(state).Select(p => p.EvaluationPromptId)],
        };
    }

    private static RoundState Evaluate(RoundState state, Method method, string? checkpointId)
    {
        if (state.TestPromptIds.Count == 0 || state.Evaluations.Any(e => e.Method == method)) return state;

        var size = state.Recipe.Evaluation.ShardSize;
        var evaluation = new MethodEvaluation
        {
            Method = method,
            CheckpointId = checkpointId,
            Shards = new EvaluationCounts?[(state.TestPromptIds.Count + size - 1) / size],
        };
        return state with { Evaluations = [.. state.Evaluations.Append(evaluation).OrderBy(e => e.Method)] };
    }

    private static RoundState Complete(RoundState state)
    {
        if (state.Evaluations.Count < Enum.GetValues<Method>().Length || state.Evaluations.Any(e => !e.IsComplete))
            return state;

        var counts = state.Evaluations.ToDictionary(e => e.Method, e => e.Counts);
        return state with
        {
            Status = RoundStatus.Completed,
            Promotion = PromotionPolicy.Decide(counts[Method.Vanilla], counts[Method.Dpo], state.OverrefusalTolerance),
        };
    }

    // A prompt yields one pair per stage at most, so fewer prompts than either stage's minimum can never be enough.
    private static int PromptsNeeded(RoundState state, Label label) =>
        Math.Max(StageRules.Minimum(state.Recipe, Stage.Sft, label), StageRules.Minimum(state.Recipe, Stage.Dpo, label));
}
