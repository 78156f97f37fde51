using Microsoft.Extensions.Time.Testing;
using Sgasa.Contracts;
using Sgasa.Contracts.Messages;
using Sgasa.Coordinator.Progress;
using Sgasa.Coordinator.Rounds;
using Sgasa.Coordinator.Tests.Rounds;
using Sgasa.Modeling.Training;

namespace Sgasa.Coordinator.Tests.Progress;

public sealed class ProgressTrackerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ProgressTracker _tracker;

    public ProgressTrackerTests() => _tracker = new ProgressTracker(_time);

    [Fact]
    public void Advance_RoundJustStarted_ShowsWhatRunsAndWhatWaits()
    {
        var progress = _tracker.Advance(Some.Started().State);

        progress.Stages.Select(s => (s.Stage, s.State, s.Done, s.Of)).ShouldBe(
            [
                (ProgressStage.Guidelines, ProgressState.Running, 0, 2),
                (ProgressStage.Prompts, ProgressState.Running, 0, 12),
                (ProgressStage.SftPairs, ProgressState.Waiting, 0, 8),
                (ProgressStage.Sft, ProgressState.Waiting, 0, 0),
                (ProgressStage.DpoPairs, ProgressState.Waiting, 0, 5),
                (ProgressStage.Dpo, ProgressState.Waiting, 0, 0),
                (ProgressStage.Evaluation, ProgressState.Running, 0, 24),
            ]);
        progress.Stages.ShouldAllBe(s => s.SecondsLeft == null && s.TokensPerSecond == null);
    }

    [Fact]
    public void Advance_RoundCompleted_ShowsEveryStageDone()
    {
        var progress = _tracker.Advance(new Simulation(Some.Started(), new Workers()).Run().State);

        progress.Status.ShouldBe(RoundStatus.Completed);
        progress.Stages.ShouldAllBe(s => s.State == ProgressState.Done && s.Done == s.Of && s.Of > 0);
    }

    [Fact]
    public void Advance_SomePromptsLater_GivesPaceAndTimeLeft()
    {
        var start = Some.Started();
        _tracker.Advance(start.State);
        _time.Advance(TimeSpan.FromSeconds(8));

        var answered = Answers.Decide(start, Answers.Prompts(Label.Harmful, batch: 0, count: 4));
        var prompts = Stage(_tracker.Advance(answered.State), ProgressStage.Prompts);

        // Four of twelve prompts, and four tokens, in eight seconds.
        prompts.Done.ShouldBe(4);
        prompts.TokensPerSecond.ShouldBe(0.5);
        prompts.SecondsLeft.ShouldBe(16);
    }

    [Fact]
    public void Advance_EvaluationIdleForAWhile_CountsOnlyTheTimeItHadWork()
    {
        var start = Some.Started();
        _tracker.Advance(start.State);
        _time.Advance(TimeSpan.FromSeconds(6));
        var judged = Answers.Decide(start, Vanilla(shard: 0, prompts: 4), Vanilla(shard: 1, prompts: 2));
        _tracker.Advance(judged.State);

        _time.Advance(TimeSpan.FromHours(1));
        var evaluation = Stage(_tracker.Advance(judged.State), ProgressStage.Evaluation);

        // Six of twenty-four in six seconds of work; the hour without any is not counted.
        evaluation.SecondsLeft.ShouldBe(18);
    }

    [Fact]
    public void Train_News_ShowsStepsLossAndTimeLeft()
    {
        var round = new Simulation(Some.Started(), new Workers()).RunUntil<TrainCheckpoint>();
        _tracker.Advance(round.State);
        _time.Advance(TimeSpan.FromSeconds(10));

        var sft = Stage(_tracker.Report(News(step: 2, steps: 5)).ShouldNotBeNull(), ProgressStage.Sft);

        (sft.State, sft.Done, sft.Of).ShouldBe((ProgressState.Running, 2, 5));
        (sft.Loss, sft.TokensPerSecond, sft.SecondsLeft).ShouldBe((0.7, 900.0, 15.0));
    }

    [Fact]
    public void Train_NewsBeforeTheState_IsKeptForLater()
    {
        var round = new Simulation(Some.Started(), new Workers()).RunUntil<TrainCheckpoint>();

        _tracker.Report(News(step: 2, steps: 5)).ShouldBeNull();

        Stage(_tracker.Advance(round.State), ProgressStage.Sft).Done.ShouldBe(2);
    }

    [Fact]
    public void Advance_TrainingAskedForWithoutNews_DerivesTheStepsFromThePairs()
    {
        var recipe = Some.Recipe with { Sft = new SftConfig { PerDeviceTrainBatchSize = 3, NumTrainEpochs = 2 } };
        var round = new Simulation(Some.Started(recipe), new Workers()).RunUntil<TrainCheckpoint>();

        // Eight pairs in threes are three steps, twice.
        Stage(_tracker.Advance(round.State), ProgressStage.Sft).Of.ShouldBe(6);
    }

    private static StageProgress Stage(RoundProgress progress, ProgressStage stage) =>
        progress.Stages.Single(s => s.Stage == stage);

    [Fact]
    public void Advance_RoundCancelled_SaysSoOfEveryStageThatIsNotDone()
    {
        var cancelled = RoundDecider.Cancel(new Simulation(Some.Started(), new Workers()).RunUntil<TrainCheckpoint>().State).State;

        var progress = new ProgressTracker(new FakeTimeProvider()).Advance(cancelled);

        progress.Stages.Where(s => s.State == ProgressState.Done).Select(s => s.Stage)
            .ShouldBe([ProgressStage.Guidelines, ProgressStage.Prompts, ProgressStage.SftPairs]);
        progress.Stages.Skip(3).ShouldAllBe(s => s.State == ProgressState.Cancelled);
    }

    private static TrainingProgressed News(int step, int steps) => new()
    {
        RoundId = Some.RoundId,
        Stage = Contracts.Stage.Sft,
        Step = step,
        Steps = steps,
        Loss = 0.7,
        TokensPerSecond = 900,
    };

    private static CheckpointEvaluated Vanilla(int shard, int prompts) => new()
    {
        RoundId = Some.RoundId,
        Method = Method.Vanilla,
        Shard = shard,
        Counts = new EvaluationCounts { HarmfulScored = prompts },
        Tokens = prompts,
    };
}
