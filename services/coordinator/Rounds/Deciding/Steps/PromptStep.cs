using Sgasa.Contracts;
using Sgasa.Contracts.Messages;

namespace Sgasa.Coordinator.Rounds;

/// <summary>Augmented prompts: each label's quota is filled in waves, within a budget.</summary>
internal sealed class PromptStep : IRoundStep
{
    public IEnumerable<AnswerRule> Answers => [AnswerRule.On<PromptAugmented>(Answer)];

    public IEnumerable<IRoundCommand> Outstanding(RoundState state) =>
        from label in Labels.All
        from batch in state.Prompts[label].Wave
        where batch.Items is null
        select new AugmentPrompts { RoundId = state.RoundId, Label = label, Batch = batch.Number, Count = batch.Count };

    /// <summary>Whether augmentation ended with fewer prompts than the pairs need.</summary>
    public static bool HasTooFew(RoundState state, Label label) =>
        Waves.IsDone(state.Prompts[label]) && state.TrainingPromptIds(label).Count() < Needed(state, label);

    /// <summary>Asks for the next wave of each label, or ends a round that will not get its prompts.</summary>
    public static RoundState Plan(RoundState state)
    {
        foreach (var label in Labels.All)
        {
            var prompts = Waves.Plan(state.Prompts[label]);
            state = state with { Prompts = state.Prompts.With(label, prompts) };
            if (!Waves.IsDone(prompts)) continue;
            if (HasTooFew(state, label)) return state.Failed(TooFew(state, label));

            state = state with { Prompts = state.Prompts.With(label, Waves.ForgetSignatures(prompts)) };
        }

        return state;
    }

    /// <summary>Keeps the last prompts of each label for the evaluation, where no test prompts were given.</summary>
    public static RoundState HoldOutTestPrompts(RoundState state)
    {
        if (state.TestPromptIds.Count > 0 || !Labels.All.All(l => Waves.IsDone(state.Prompts[l]))) return state;
        return state with { TestPromptIds = [.. state.HeldOutPrompts().Select(p => p.EvaluationPromptId)] };
    }

    private static RoundState Answer(RoundState state, PromptAugmented answer)
    {
        var prompts = state.Prompts[answer.Label];
        var items = answer.Accepted.Select(p => new WaveItem { Id = p.PromptId, Signature = p.Signature }).ToList();
        var answered = Waves.Answer(
            prompts, answer.Batch, items, answer.Tokens, state.Recipe.Augmentation.NearDuplicateThreshold);
        return ReferenceEquals(answered, prompts)
            ? state
            : state with { Prompts = state.Prompts.With(answer.Label, answered) };
    }

    private static string TooFew(RoundState state, Label label)
    {
        var heldOut = state.HeldOut(label);
        return
            $"Augmentation accepted {state.Prompts[label].Kept.Count} {label.Word()} prompts out of " +
            $"{state.Prompts[label].Asked} texts" +
            (heldOut > 0 ? $", {heldOut} of them held out for the evaluation" : "") +
            $"; {Needed(state, label)} are needed for the pairs. Raise augmentation.budget or lower the " +
            "minimumPerLabel of sftData and dpoData in the recipe, or run the round again to grant the budget once more.";
    }

    // A prompt yields one pair per stage at most, so fewer prompts than either stage's minimum can never be enough.
    private static int Needed(RoundState state, Label label) =>
        Math.Max(PairStep.Minimum(state.Recipe, Stage.Sft, label), PairStep.Minimum(state.Recipe, Stage.Dpo, label));
}
