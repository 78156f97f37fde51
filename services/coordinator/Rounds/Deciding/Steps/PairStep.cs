using Sgasa.Contracts;
using Sgasa.Contracts.Messages;

namespace Sgasa.Coordinator.Rounds;

/// <summary>Training pairs: each label's quota is filled in waves of the prompts that there are.</summary>
internal sealed class PairStep : IRoundStep
{
    public IEnumerable<AnswerRule> Answers => [AnswerRule.On<PairBuilt>(Answer)];

    public IEnumerable<IRoundCommand> Outstanding(RoundState state) =>
        from stage in Enum.GetValues<Stage>()
        from label in Labels.All
        let waves = state.At(stage).Pairs[label]
        where waves is { Wave.Count: > 0 }
        let order = state.PromptOrder(stage, label)
        from batch in waves.Wave
        where batch.Items is null
        select new BuildPairs
        {
            RoundId = state.RoundId,
            Stage = stage,
            Label = label,
            Batch = batch.Number,
            PromptIds = [.. order.Skip(batch.Start).Take(batch.Count)],
            GuidelineIds = stage == Stage.Sft ? state.VerifiedGuidelineIds() : [],
        };

    /// <summary>Pairs of a label below which the stage cannot go on.</summary>
    public static int Minimum(Recipe recipe, Stage stage, Label label) => Math.Min(
        Quota(recipe, stage, label),
        stage == Stage.Sft ? recipe.SftData.MinimumPerLabel : recipe.DpoData.MinimumPerLabel);

    /// <summary>Asks for the next wave of each label whose prompts are ready, or ends a round that will not get its pairs.</summary>
    public static RoundState Plan(RoundState state, Stage stage)
    {
        foreach (var label in Labels.All.Where(l => Waves.IsDone(state.Prompts[l])))
        {
            state = Plan(state, stage, label);
            if (state.Status != RoundStatus.Running) break;
        }

        return state;
    }

    private static RoundState Plan(RoundState state, Stage stage, Label label)
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

    private static RoundState Answer(RoundState state, PairBuilt answer)
    {
        var stage = state.At(answer.Stage);
        if (stage.Pairs[answer.Label] is not { } pairs) return state;

        var answered = Waves.Answer(
            pairs, answer.Batch, [.. answer.PairIds.Select(id => new WaveItem { Id = id })], answer.Tokens);
        return ReferenceEquals(answered, pairs)
            ? state
            : state.With(answer.Stage, stage with { Pairs = stage.Pairs.With(answer.Label, answered) });
    }

    private static int Quota(Recipe recipe, Stage stage, Label label) => (stage, label) switch
    {
        (Stage.Sft, _) => recipe.SftData.PairsPerLabel,
        (_, Label.Harmful) => recipe.DpoData.HarmfulPairs,
        _ => recipe.DpoData.BenignPairs,
    };
}
