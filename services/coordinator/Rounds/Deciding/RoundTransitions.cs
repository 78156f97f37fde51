using Sgasa.Contracts;
using Sgasa.Contracts.Messages;

namespace Sgasa.Coordinator.Rounds;

/// <summary>The effects and events that a step from one state of a round to the next brings with it.</summary>
internal static class RoundTransitions
{
    /// <summary>Effects first, then events.</summary>
    /// <param name="before">The round before it; null when the round begins.</param>
    /// <param name="after">The round after it.</param>
    /// <param name="stopsTraining">Whether a round that ends here may have a training under way.</param>
    public static IEnumerable<object> Between(RoundState? before, RoundState after, bool stopsTraining)
    {
        if (before is { TestPromptIds.Count: 0 } && after.TestPromptIds.Count > 0)
            yield return new KeepTestPrompts { RoundId = after.RoundId, Prompts = after.HeldOutPrompts() };

        foreach (var evaluation in after.Evaluations.Where(e => e.IsComplete && !WasComplete(before, e.Method)))
        {
            yield return new KeepEvaluation
            {
                RoundId = after.RoundId,
                Method = evaluation.Method,
                Judge = after.Judge,
                Counts = evaluation.Counts,
            };
        }

        if (after.Status == before?.Status) yield break;

        if (stopsTraining && after.Status is (RoundStatus.Failed or RoundStatus.Cancelled))
        {
            foreach (var stage in TrainingStep.UnderWay(after))
                yield return new StopTraining { RoundId = after.RoundId, Stage = stage };
        }

        foreach (var end in Ends(after)) yield return end;
    }

    private static bool WasComplete(RoundState? before, Method method) =>
        before is not null && before.Evaluations.Any(e => e.Method == method && e.IsComplete);

    private static IEnumerable<object> Ends(RoundState state)
    {
        var id = state.RoundId;
        if (state.Status is RoundStatus.Failed or RoundStatus.Cancelled)
            yield return new RoundFailed { RoundId = id, Reason = state.Reason };
        if (state is not { Status: RoundStatus.Completed, Promotion: { } promotion, Dpo.CheckpointId: { } candidate })
            yield break;

        if (promotion.Promoted) yield return new CheckpointPromoted { RoundId = id, CheckpointId = candidate };
        yield return new RoundCompleted { RoundId = id };
    }
}
