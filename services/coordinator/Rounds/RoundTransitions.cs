using Sgasa.Contracts;
using Sgasa.Contracts.Messages;

namespace Sgasa.Coordinator.Rounds;

/// <summary>The effects and events that a step from one state of a round to the next brings with it.</summary>
internal static class RoundTransitions
{
    /// <summary>Effects first, then events; <paramref name="before"/> is null when the round begins.</summary>
    public static IEnumerable<object> Between(RoundState? before, RoundState after)
    {
        if (before is { TestPromptIds.Count: 0 } && after.TestPromptIds.Count > 0)
            yield return new KeepTestPrompts { RoundId = after.RoundId, Prompts = HeldOutPrompts(after) };

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

        if (before is null)
            yield return new RoundStarted { RoundId = after.RoundId };
        if (after.Status == before?.Status) yield break;

        foreach (var end in Ends(after)) yield return end;
    }

    /// <summary>Which augmented prompts become evaluation prompts: those the training leaves aside.</summary>
    public static IReadOnlyList<HeldOutPrompt> HeldOutPrompts(RoundState state) =>
    [
        .. from label in Labels.All
           let heldOut = state.Prompts[label].Kept.TakeLast(state.HeldOut(label)).ToList()
           from index in Enumerable.Range(0, heldOut.Count)
           select new HeldOutPrompt(heldOut[index].Id, ArtifactIds.EvaluationPrompt(state.RoundId, label, index)),
    ];

    private static bool WasComplete(RoundState? before, Method method) =>
        before is not null && before.Evaluations.Any(e => e.Method == method && e.IsComplete);

    private static IEnumerable<object> Ends(RoundState state)
    {
        var id = state.RoundId;
        if (state.Status is RoundStatus.Failed or RoundStatus.Cancelled)
            yield return new RoundFailed { RoundId = id, Reason = state.Reason };
        if (state is not { Status: RoundStatus.Completed, Promotion: { } promotion, Dpo.CheckpointId: { } candidate })
            yield break;

        yield return promotion.Promoted
            ? new CheckpointPromoted { RoundId = id, CheckpointId = candidate }
            : new CheckpointRejected { RoundId = id, CheckpointId = candidate, Reason = promotion.Reason };
        yield return new RoundCompleted { RoundId = id };
    }
}
