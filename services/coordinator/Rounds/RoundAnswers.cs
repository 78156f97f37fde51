using Sgasa.Contracts;
using Sgasa.Contracts.Messages;

namespace Sgasa.Coordinator.Rounds;

/// <summary>Writes what an event says into the round; the same object when it answers nothing that is awaited.</summary>
internal static class RoundAnswers
{
    public static RoundState Take(RoundState state, GuidelineSynthesized answer)
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
        return state with { Guidelines = Replace(state.Guidelines, answer.Slot, answered) };
    }

    public static RoundState Take(RoundState state, PromptAugmented answer)
    {
        var prompts = state.Prompts[answer.Label];
        var items = answer.Accepted.Select(p => new WaveItem { Id = p.PromptId, Signature = p.Signature }).ToList();
        var answered = Waves.Answer(
            prompts, answer.Batch, items, answer.Tokens, state.Recipe.Augmentation.NearDuplicateThreshold);
        return ReferenceEquals(answered, prompts)
            ? state
            : state with { Prompts = state.Prompts.With(answer.Label, answered) };
    }

    public static RoundState Take(RoundState state, PairBuilt answer)
    {
        var stage = state.At(answer.Stage);
        if (stage.Pairs[answer.Label] is not { } pairs) return state;

        var answered = Waves.Answer(
            pairs, answer.Batch, [.. answer.PairIds.Select(id => new WaveItem { Id = id })], answer.Tokens);
        return ReferenceEquals(answered, pairs)
            ? state
            : state.With(answer.Stage, stage with { Pairs = stage.Pairs.With(answer.Label, answered) });
    }

    public static RoundState Take(RoundState state, CheckpointReady answer) =>
        IsTraining(state, answer.Stage)
            ? state.With(answer.Stage, state.At(answer.Stage) with { CheckpointId = answer.CheckpointId })
            : state;

    public static RoundState Take(RoundState state, TrainingFailed answer) =>
        IsTraining(state, answer.Stage)
            ? state.Failed($"The {answer.Stage.DisplayName()} training failed: {answer.Reason}")
            : state;

    public static RoundState Take(RoundState state, CheckpointEvaluated answer)
    {
        var evaluation = state.Evaluations.FirstOrDefault(e => e.Method == answer.Method);
        if (evaluation is null || answer.Shard < 0 || answer.Shard >= evaluation.Shards.Count) return state;
        if (evaluation.Shards[answer.Shard] is not null) return state;

        var answered = evaluation with
        {
            Shards = Replace(evaluation.Shards, answer.Shard, answer.Counts),
            Tokens = evaluation.Tokens + answer.Tokens,
        };
        return state with
        {
            Evaluations = [.. state.Evaluations.Select(e => e.Method == answer.Method ? answered : e)],
        };
    }

    // A command may be worked on twice at once, and one of the two give up when the other has long answered.
    public static RoundState Take(RoundState state, WorkFailed answer) => OutstandingWork.IsAnswered(state, answer.Work)
        ? state
        : state.Failed($"{answer.Work} failed: {answer.Reason}");

    private static bool IsTraining(RoundState state, Stage stage) =>
        state.At(stage) is { TrainingPairIds: not null, CheckpointId: null };

    private static List<T> Replace<T>(IReadOnlyList<T> list, int index, T value)
    {
        var copy = list.ToList();
        copy[index] = value;
        return copy;
    }
}
