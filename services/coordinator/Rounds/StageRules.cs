using Sgasa.Contracts;

namespace Sgasa.Coordinator.Rounds;

/// <summary>One half of the round: pairs of both labels, then the training on them.</summary>
internal static class StageRules
{
    /// <summary>Starts the pairs of each label whose prompts are ready, and the training when both labels have theirs.</summary>
    public static RoundState Advance(RoundState state, Stage stage)
    {
        foreach (var label in Labels.All)
        {
            if (!Waves.IsDone(state.Prompts[label])) continue;

            state = PlanPairs(state, stage, label);
            if (state.Status != RoundStatus.Running) return state;
        }

        return Train(state, stage);
    }

    /// <summary>Pairs of a label below which the stage cannot go on.</summary>
    public static int Minimum(Recipe recipe, Stage stage, Label label) => Math.Min(
        Quota(recipe, stage, label),
        stage == Stage.Sft ? recipe.SftData.MinimumPerLabel : recipe.DpoData.MinimumPerLabel);

    private static int Quota(Recipe recipe, Stage stage, Label label) => (stage, label) switch
    {
        (Stage.Sft, _) => recipe.SftData.PairsPerLabel,
        (_, Label.Harmful) => recipe.DpoData.HarmfulPairs,
        _ => recipe.DpoData.BenignPairs,
    };

    private static RoundState PlanPairs(RoundState state, Stage stage, Label label)
    {
        var half = state.At(stage);
        var pairs = half.Pairs[label] ?? new WaveState
        {
            Quota = Quota(state.Recipe, stage, label),
            Budget = state.TrainingPromptIds(label).Count(),
            BatchSize = stage == Stage.Sft ? state.Recipe.SftData.BatchSize : state.Recipe.DpoData.BatchSize,
        };
        var planned = Waves.Plan(pairs);
        if (!ReferenceEquals(planned, half.Pairs[label]))
            state = state.With(stage, half with { Pairs = half.Pairs.With(label, planned) });

        var minimum = Minimum(state.Recipe, stage, label);
        if (!Waves.IsDone(planned) || planned.Kept.Count >= minimum) return state;

        var section = stage == Stage.Sft ? "sftData" : "dpoData";
        return state.Failed(
            $"{planned.Asked} {label.Word()} prompts gave {planned.Kept.Count} {stage.DisplayName()} pairs, and all " +
            $"prompts are used up; {minimum} are needed. Raise augmentation.promptsPerLabel or {section}.samples, or " +
            $"lower {section}.minimumPerLabel in the recipe.");
    }

    private static RoundState Train(RoundState state, Stage stage)
    {
        var half = state.At(stage);
        if (half.TrainingPairIds is not null) return state;

        var pairs = new List<string>();
        foreach (var label in Labels.All)
        {
            if (half.Pairs[label] is not { } waves || !Waves.IsDone(waves)) return state;
            pairs.AddRange(waves.Kept.Select(p => p.Id));
        }

        if (pairs.Count == 0)
        {
            return state.Failed(
                $"No {stage.DisplayName()} pair could be built from any prompt. Raise dpoData.samples or " +
                "augmentation.promptsPerLabel in the recipe.");
        }

        pairs.Sort(StringComparer.Ordinal);
        return state.With(stage, half with { TrainingPairIds = pairs });
    }
}
