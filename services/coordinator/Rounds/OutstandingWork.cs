using Sgasa.Contracts;
using Sgasa.Contracts.Messages;

namespace Sgasa.Coordinator.Rounds;

/// <summary>A command that is not answered yet, under a name that is unique in its round.</summary>
internal sealed record OutstandingWork(string Name, object Command)
{
    private static readonly HashSet<string> CommandNames =
    [
        nameof(SynthesizeGuideline),
        nameof(AugmentPrompts),
        nameof(BuildPairs),
        nameof(TrainCheckpoint),
        nameof(EvaluateCheckpoint),
    ];

    /// <summary>All outstanding work of a running round, in the order of the method's steps.</summary>
    public static IEnumerable<OutstandingWork> Of(RoundState state) => state.Status == RoundStatus.Running
        ? Guidelines(state).Concat(Prompts(state)).Concat(Stages(state)).Concat(Evaluations(state))
        : [];

    /// <summary>Whether a name is that of a command of this round which nobody waits for any more.</summary>
    public static bool IsAnswered(RoundState state, string name) =>
        CommandNames.Contains(name.Split(' ')[0]) && Of(state).All(w => w.Name != name);

    private static IEnumerable<OutstandingWork> Guidelines(RoundState state) =>
        from slot in Enumerable.Range(0, state.Guidelines.Count)
        let guideline = state.Guidelines[slot]
        where guideline.VerifiedId is null && guideline.Attempt < state.GuidelineAttempts
        select new OutstandingWork(
            $"{nameof(SynthesizeGuideline)} {slot}-{guideline.Attempt}",
            new SynthesizeGuideline { RoundId = state.RoundId, Slot = slot, Attempt = guideline.Attempt });

    private static IEnumerable<OutstandingWork> Prompts(RoundState state) =>
        from label in Labels.All
        from batch in state.Prompts[label].Wave
        where batch.Items is null
        select new OutstandingWork(
            $"{nameof(AugmentPrompts)} {label} {batch.Number}",
            new AugmentPrompts { RoundId = state.RoundId, Label = label, Batch = batch.Number, Count = batch.Count });

    private static IEnumerable<OutstandingWork> Stages(RoundState state) =>
        Enum.GetValues<Stage>().SelectMany(stage => Pairs(state, stage).Concat(Training(state, stage)));

    private static IEnumerable<OutstandingWork> Pairs(RoundState state, Stage stage) =>
        from label in Labels.All
        let waves = state.At(stage).Pairs[label]
        where waves is { Wave.Count: > 0 }
        let order = state.PromptOrder(stage, label)
        from batch in waves.Wave
        where batch.Items is null
        select new OutstandingWork(
            $"{nameof(BuildPairs)} {stage} {label} {batch.Number}",
            new BuildPairs
            {
                RoundId = state.RoundId,
                Stage = stage,
                Label = label,
                Batch = batch.Number,
                PromptIds = [.. order.Skip(batch.Start).Take(batch.Count)],
                GuidelineIds = stage == Stage.Sft ? state.VerifiedGuidelineIds() : [],
            });

    private static IEnumerable<OutstandingWork> Training(RoundState state, Stage stage)
    {
        if (state.At(stage) is { TrainingPairIds: { } pairs, CheckpointId: null })
        {
            yield return new OutstandingWork(
                $"{nameof(TrainCheckpoint)} {stage}",
                new TrainCheckpoint { RoundId = state.RoundId, Stage = stage, PairIds = pairs });
        }
    }

    private static IEnumerable<OutstandingWork> Evaluations(RoundState state) =>
        from evaluation in state.Evaluations
        from shard in Enumerable.Range(0, evaluation.Shards.Count)
        where evaluation.Shards[shard] is null
        select new OutstandingWork(
            $"{nameof(EvaluateCheckpoint)} {evaluation.Method} {shard}",
            new EvaluateCheckpoint
            {
                RoundId = state.RoundId,
                Method = evaluation.Method,
                CheckpointId = evaluation.CheckpointId,
                GuidelineIds = evaluation.Method == Method.Context ? state.VerifiedGuidelineIds() : [],
                Shard = shard,
                PromptIds = state.TestPromptShard(shard),
            });
}
