using Sgasa.Contracts;
using Sgasa.Contracts.Messages;
using Sgasa.Coordinator.Rounds;
using static Sgasa.Coordinator.Tests.Rounds.Answers;

namespace Sgasa.Coordinator.Tests.Rounds;

/// <summary>How rounds fail, are cancelled and go on, and what leaves them as they are.</summary>
public sealed class RoundDeciderEndTests
{
    [Fact]
    public void Decide_WorkGivenUp_FailsWithItsReason()
    {
        var decision = Decide(
            Some.Started(), new WorkFailed { RoundId = Some.RoundId, Work = "AugmentPrompts Benign 1", Reason = "Disk full." });

        decision.State.Status.ShouldBe(RoundStatus.Failed);
        decision.Messages.ShouldHaveSingleItem().ShouldBeOfType<RoundFailed>().Reason
            .ShouldBe("AugmentPrompts Benign 1 failed: Disk full.");
    }

    [Fact]
    public void Decide_AnsweredWorkGivenUpByAnotherWorker_ChangesNothing()
    {
        var answered = Decide(Some.Started(), Prompts(Label.Benign, batch: 1, count: 2));

        var late = RoundDecider.Decide(
            answered.State, new WorkFailed { RoundId = Some.RoundId, Work = "AugmentPrompts Benign 1", Reason = "Disk full." });

        late.State.ShouldBeSameAs(answered.State);
    }

    [Fact]
    public void Decide_WorkOfAnotherNameGivenUp_Fails()
    {
        var decision = Decide(
            Some.Started(), new WorkFailed { RoundId = Some.RoundId, Work = "Keeping house", Reason = "Disk full." });

        decision.State.Reason.ShouldBe("Keeping house failed: Disk full.");
    }

    [Fact]
    public void Outstanding_AnyCommand_HasANameOfItsOwn()
    {
        var round = new Simulation(Some.Started(), new Workers()).RunUntil<TrainCheckpoint>();

        var work = new[] { Some.Started().State, round.State }.SelectMany(RoundDecider.Outstanding).ToList();

        work.ShouldAllBe(command => command.Work.StartsWith(command.GetType().Name + " "));
        work.Select(command => command.Work).ShouldBeUnique();
        work.Select(command => command.GetType()).Distinct().Count().ShouldBeGreaterThanOrEqualTo(4);
    }

    [Fact]
    public void Decide_TrainingThatIsNotUnderWayFailed_ChangesNothing()
    {
        var start = Some.Started();

        var decision = Decide(start, new TrainingFailed { RoundId = Some.RoundId, Stage = Stage.Sft, Reason = "Old." });

        decision.State.ShouldBeSameAs(start.State);
    }

    public static TheoryData<IRoundAnswer> StrangeEvents { get; } =
    [
        Guideline(slot: 2, attempt: 0, verified: true),
        Guideline(slot: -1, attempt: 0, verified: true),
        Guideline(slot: 0, attempt: 1, verified: true),
        Guideline(slot: 0, attempt: 0, verified: true) with { RoundId = "r-2" },
        Prompts(Label.Harmful, batch: 2, count: 1),
        new PairBuilt
        {
            RoundId = Some.RoundId, Stage = Stage.Sft, Label = Label.Harmful, Batch = 0, PairIds = [], Prompts = 2, Tokens = 1,
        },
        new CheckpointReady { RoundId = Some.RoundId, Stage = Stage.Dpo, CheckpointId = "x" },
        new CheckpointEvaluated
        {
            RoundId = Some.RoundId, Method = Method.Dpo, Shard = 0, Counts = new EvaluationCounts(), Tokens = 1,
        },
        new CheckpointEvaluated
        {
            RoundId = Some.RoundId, Method = Method.Vanilla, Shard = 2, Counts = new EvaluationCounts(), Tokens = 1,
        },
    ];

    [Theory]
    [MemberData(nameof(StrangeEvents))]
    public void Decide_EventThatAnswersNothing_ChangesNothing(IRoundAnswer message)
    {
        var start = Some.Started();

        var decision = RoundDecider.Decide(start.State, message);

        decision.State.ShouldBeSameAs(start.State);
        decision.Messages.ShouldBeEmpty();
    }

    [Fact]
    public void Cancel_RunningRound_EndsItAndIgnoresWhatComesLater()
    {
        var cancelled = RoundDecider.Cancel(Some.Started().State);

        var later = RoundDecider.Decide(cancelled.State, Guideline(0, 0, verified: true));

        cancelled.Messages.ShouldHaveSingleItem().ShouldBeOfType<RoundFailed>();
        later.State.ShouldBeSameAs(cancelled.State);
        RoundDecider.Outstanding(cancelled.State).ShouldBeEmpty();
    }

    [Fact]
    public void Cancel_RoundThatTrains_StopsTheTrainingAndResumeAsksForItAgain()
    {
        var round = new Simulation(Some.Started(), new Workers()).RunUntil<TrainCheckpoint>();

        var cancelled = RoundDecider.Cancel(round.State);
        var resumed = RoundDecider.Resume(cancelled.State);

        cancelled.Messages[0].ShouldBe(new StopTraining { RoundId = Some.RoundId, Stage = Stage.Sft });
        resumed.Messages.OfType<TrainCheckpoint>().ShouldHaveSingleItem().Stage.ShouldBe(Stage.Sft);
    }

    [Fact]
    public void Decide_WorkGivenUpWhileTheRoundTrains_StopsTheTraining()
    {
        var round = new Simulation(Some.Started(), new Workers()).RunUntil<TrainCheckpoint>();

        var failed = RoundDecider.Decide(
            round.State, new WorkFailed { RoundId = Some.RoundId, Work = "Keeping house", Reason = "Disk full." });

        failed.Messages.OfType<StopTraining>().ShouldHaveSingleItem().Stage.ShouldBe(Stage.Sft);
    }

    [Fact]
    public void Decide_TrainingFailed_LeavesItsJobTheReason()
    {
        var round = new Simulation(Some.Started(), new Workers()).RunUntil<TrainCheckpoint>();

        var failed = RoundDecider.Decide(
            round.State, new TrainingFailed { RoundId = Some.RoundId, Stage = Stage.Sft, Reason = "Diverged." });

        failed.State.Status.ShouldBe(RoundStatus.Failed);
        failed.Messages.OfType<StopTraining>().ShouldBeEmpty();
    }

    [Fact]
    public void Resume_CancelledRound_AsksForAllOutstandingWorkAgain()
    {
        var start = Some.Started();
        var cancelled = RoundDecider.Cancel(start.State);

        var resumed = RoundDecider.Resume(cancelled.State);

        resumed.State.Status.ShouldBe(RoundStatus.Running);
        resumed.Messages.Count.ShouldBe(RoundDecider.Outstanding(start.State).Count);
    }

    [Fact]
    public void Resume_GuidelineAttemptsUsedUp_GrantsAsManyAgain()
    {
        var failed = new Simulation(Some.Started(), new Workers { Verified = 0 }).Run();

        var resumed = RoundDecider.Resume(failed.State);

        resumed.State.GuidelineAttempts.ShouldBe(6);
        resumed.Messages.OfType<SynthesizeGuideline>().ShouldContain(c => c.Attempt == 3);
    }

    [Fact]
    public void Resume_AugmentationBudgetSpent_GrantsItAgainForThatLabel()
    {
        var failed = new Simulation(Some.Started(), new Workers { Accepted = 0 }).Run();

        var resumed = RoundDecider.Resume(failed.State);

        resumed.State.Prompts.Harmful.Budget.ShouldBe(36);
        resumed.Messages.OfType<AugmentPrompts>().ShouldContain(c => c.Label == Label.Harmful && c.Batch == 6);
    }

    [Fact]
    public void Resume_TrainingFailed_AsksForItAgainAndCompletes()
    {
        var workers = new Workers();
        var round = new Simulation(Some.Started(), workers).RunUntil<TrainCheckpoint>();
        var failed = RoundDecider.Decide(
            round.State, new TrainingFailed { RoundId = Some.RoundId, Stage = Stage.Sft, Reason = "Diverged." });
        failed.State.Reason.ShouldBe("The SFT training failed: Diverged.");

        var resumed = new Simulation(RoundDecider.Resume(failed.State), workers).Run();

        resumed.Commands.OfType<TrainCheckpoint>().First().Stage.ShouldBe(Stage.Sft);
        resumed.State.Status.ShouldBe(RoundStatus.Completed);
    }
}
