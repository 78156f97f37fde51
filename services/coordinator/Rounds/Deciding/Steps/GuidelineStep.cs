using Sgasa.Contracts.Messages;

namespace Sgasa.Coordinator.Rounds;

/// <summary>Guidelines: each slot is tried until an attempt is verified, or its attempts are used up.</summary>
internal sealed class GuidelineStep : IRoundStep
{
    public IEnumerable<AnswerRule> Answers => [AnswerRule.On<GuidelineSynthesized>(Answer)];

    public IEnumerable<IRoundCommand> Outstanding(RoundState state) =>
        from slot in Enumerable.Range(0, state.Guidelines.Count)
        let guideline = state.Guidelines[slot]
        where guideline.VerifiedId is null && guideline.Attempt < state.GuidelineAttempts
        select new SynthesizeGuideline { RoundId = state.RoundId, Slot = slot, Attempt = guideline.Attempt };

    /// <summary>Whether some guideline has used up its attempts.</summary>
    public static bool HasExhausted(RoundState state) => state.Guidelines.Any(g => IsExhausted(state, g));

    /// <summary>Ends a round that will not get its guidelines.</summary>
    public static RoundState FailWithout(RoundState state)
    {
        if (!HasExhausted(state)) return state;

        var slots = Enumerable.Range(0, state.Guidelines.Count).Where(i => IsExhausted(state, state.Guidelines[i])).ToList();
        var best = slots.Max(i => state.Guidelines[i].BestScore);
        return state.Failed(
            $"Guideline slot {string.Join(", ", slots)} was not verified in {state.GuidelineAttempts} attempts " +
            $"(best score {best:0.00}, threshold {state.Recipe.Guidelines.Threshold:0.00}). Lower guidelines.threshold " +
            "or raise guidelines.maxAttempts in the recipe, or run the round again to grant as many attempts once more.");
    }

    private static RoundState Answer(RoundState state, GuidelineSynthesized answer)
    {
        if (answer.Slot < 0 || answer.Slot >= state.Guidelines.Count) return state;
        var slot = state.Guidelines[answer.Slot];
        if (slot.VerifiedId is not null || slot.Attempt != answer.Attempt) return state;

        var answered = slot with
        {
            Attempt = slot.Attempt + 1,
            VerifiedId = answer.Verified ? answer.GuidelineId : null,
            BestScore = Math.Max(slot.BestScore, answer.Score),
            Tokens = slot.Tokens + answer.Tokens,
        };
        return state with { Guidelines = state.Guidelines.Replace(answer.Slot, answered) };
    }

    private static bool IsExhausted(RoundState state, GuidelineSlot guideline) =>
        guideline.VerifiedId is null && guideline.Attempt >= state.GuidelineAttempts;
}
