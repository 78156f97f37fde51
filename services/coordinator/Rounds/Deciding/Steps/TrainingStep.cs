using Sgasa.Contracts;
using Sgasa.Contracts.Messages;

namespace Sgasa.Coordinator.Rounds;

/// <summary>Trainings: one of each stage, on the pairs of both labels.</summary>
internal sealed class TrainingStep : IRoundStep
{
    public IEnumerable<AnswerRule> Answers => [AnswerRule.On<CheckpointReady>(Answer), AnswerRule.On<TrainingFailed>(Answer)];

    public IEnumerable<IRoundCommand> Outstanding(RoundState state) =>
        from stage in UnderWay(state)
        select new TrainCheckpoint { RoundId = state.RoundId, Stage = stage, PairIds = state.At(stage).TrainingPairIds! };

    /// <summary>The stages whose training was asked for and is not done.</summary>
    public static IEnumerable<Stage> UnderWay(RoundState state) => Enum.GetValues<Stage>().Where(s => IsUnderWay(state, s));

    /// <summary>Begins the training of a stage when both labels have their pairs.</summary>
    public static RoundState Begin(RoundState state, Stage stage)
    {
        var half = state.At(stage);
        if (state.Status != RoundStatus.Running || half.TrainingPairIds is not null) return state;

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

    private static RoundState Answer(RoundState state, CheckpointReady answer) => IsUnderWay(state, answer.Stage)
        ? state.With(answer.Stage, state.At(answer.Stage) with { CheckpointId = answer.CheckpointId })
        : state;

    private static RoundState Answer(RoundState state, TrainingFailed answer) => IsUnderWay(state, answer.Stage)
        ? state.Failed($"The {answer.Stage.DisplayName()} training failed: {answer.Reason}")
        : state;

    private static bool IsUnderWay(RoundState state, Stage stage) =>
        state.At(stage) is { TrainingPairIds: not null, CheckpointId: null };
}
