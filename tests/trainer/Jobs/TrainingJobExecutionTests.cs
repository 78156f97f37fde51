using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;
using Sgasa.Trainer.Jobs;
using Sgasa.Trainer.Specifications;

namespace Sgasa.Trainer.Tests.Jobs;

public class TrainingJobExecutionTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_NewJob_WritesTheCheckpointTellsTheBusAndEndsTheJob()
    {
        await using var world = await JobWorld.StartAsync(new ScriptedTrainings(steps: 12));
        var job = await world.LeaseAsync(Some.Job());

        await world.RunAsync(job, Ct);

        var checkpoint = await world.Artifacts.GetAsync<Checkpoint>(Some.SftJob, Ct);
        checkpoint.Folder.ShouldBe($"{Some.RoundId}/sft");
        (checkpoint.Steps, checkpoint.Pairs, checkpoint.BaseModel).ShouldBe((12, 1, Some.BaseModel));
        checkpoint.AdapterHash.ShouldBe(
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(world.AdapterFile))));
        world.Published<CheckpointReady>().ShouldHaveSingleItem().CheckpointId.ShouldBe(Some.SftJob);
        var stored = await world.StoredAsync(Some.SftJob);
        (stored.Status, stored.Step, stored.Steps).ShouldBe((TrainingJobStatus.Completed, 12, 12));
        Directory.Exists(Path.Combine(world.Folder, "jobs", Some.RoundId)).ShouldBeFalse();
        world.Trainings.Alive.ShouldBe(0);
    }

    [Fact]
    public async Task RunAsync_ClockStandsStill_PublishesTheFirstAndTheLastProgressOnly()
    {
        await using var world = await JobWorld.StartAsync(new ScriptedTrainings(steps: 12));
        var job = await world.LeaseAsync(Some.Job());

        await world.RunAsync(job, Ct);

        world.Published<TrainingProgressed>().Select(p => (p.Step, p.Steps)).ShouldBe([(1, 12), (12, 12)]);
    }

    [Fact]
    public async Task RunAsync_StoppedHalfWay_SavesItsStateAndGoesOnToTheSameAdapter()
    {
        using var stopping = new CancellationTokenSource();
        await using var world = await JobWorld.StartAsync();
        var expected = await UninterruptedAdapterAsync();
        world.Trainings.BeforeStep = step => { if (step == 7) stopping.Cancel(); };
        var job = await world.LeaseAsync(Some.Job());

        await Should.ThrowAsync<OperationCanceledException>(world.RunAsync(job, stopping.Token));
        var laidDown = await world.StoredAsync(Some.SftJob);
        await world.RunAsync((await world.LeaseAsync()).ShouldNotBeNull(), Ct);

        laidDown.Status.ShouldBe(TrainingJobStatus.Queued);
        world.Trainings.OpenedAt.ShouldBe([0, 7]);
        world.Adapter().ShouldBe(expected);
        world.Trainings.Alive.ShouldBe(0);
    }

    [Fact]
    public async Task RunAsync_ProcessDiedHalfWay_GoesOnFromTheLastSavedStateToTheSameAdapter()
    {
        var store = default(FaultyJobStore)!;
        await using var world = await JobWorld.StartAsync(jobs: inner => store = new FaultyJobStore(inner));
        var expected = await UninterruptedAdapterAsync();
        world.Trainings.BeforeStep = step =>
        {
            // From here on nothing can be written, as if the process were gone; the clock lets the next report be due.
            if (step != 8) return;
            store.IsAway = true;
            world.Time.Advance(TimeSpan.FromSeconds(1));
        };
        var job = await world.LeaseAsync(Some.Job(Some.Specification(saveSteps: 5)));

        await Should.ThrowAsync<IOException>(world.RunAsync(job, Ct));
        store.IsAway = false;
        world.Trainings.BeforeStep = _ => { };
        await world.RunAsync((await world.LeaseAsync()).ShouldNotBeNull(), Ct);

        world.Trainings.OpenedAt.ShouldBe([0, 5]);
        world.Adapter().ShouldBe(expected);
        world.Published<TrainingFailed>().ShouldBeEmpty();
    }

    [Fact]
    public async Task RunAsync_LeaseTakenByAnother_StopsAndWritesNothingMore()
    {
        await using var world = await JobWorld.StartAsync();
        world.Trainings.BeforeStep = step =>
        {
            if (step != 7) return;
            world.Time.Advance(TimeSpan.FromSeconds(1));
            world.Jobs.ReleaseAsync(Some.SftJob, world.Options.Owner, Ct).Wait(Ct);
            world.Jobs.LeaseNextAsync("another trainer", world.Options.Lease, Ct).Wait(Ct);
        };
        var job = await world.LeaseAsync(Some.Job(Some.Specification(saveSteps: 5)));

        await world.RunAsync(job, Ct);

        (await world.StoredAsync(Some.SftJob)).Status.ShouldBe(TrainingJobStatus.Running);
        (await world.Artifacts.FindAsync<Checkpoint>(Some.SftJob, Ct)).ShouldBeNull();
        File.Exists(world.AdapterFile).ShouldBeFalse();
        Directory.EnumerateDirectories(world.StateFolder).Select(Path.GetFileName).ShouldBe(["checkpoint-5"]);
        world.Published<CheckpointReady>().ShouldBeEmpty();
        world.Trainings.Alive.ShouldBe(0);
    }

    [Fact]
    public async Task RunAsync_Cancelled_StopsAndForgetsItsState()
    {
        await using var world = await JobWorld.StartAsync();
        world.Trainings.BeforeStep = step =>
        {
            if (step != 7) return;
            world.Time.Advance(TimeSpan.FromSeconds(1));
            world.Jobs.CancelAsync(Some.SftJob, Ct).Wait(Ct);
        };
        var job = await world.LeaseAsync(Some.Job(Some.Specification(saveSteps: 5)));

        await world.RunAsync(job, Ct);

        (await world.StoredAsync(Some.SftJob)).Status.ShouldBe(TrainingJobStatus.Cancelled);
        Directory.Exists(world.StateFolder).ShouldBeFalse();
        File.Exists(world.AdapterFile).ShouldBeFalse();
    }

    [Theory]
    [InlineData(true, "The loss is no number at step 3; lower the learning rate.")]
    [InlineData(false, "Training stopped by an unexpected fault (InvalidOperationException: out of chalk); "
        + "see the trainer's log, mend the cause and start the round again.")]
    public async Task RunAsync_StepFails_EndsTheJobWithOneSentence(bool named, string reason)
    {
        await using var world = await JobWorld.StartAsync();
        world.Trainings.BeforeStep = step =>
        {
            if (step != 3) return;
            throw named ? new TrainingFailedException(reason) : new InvalidOperationException("out of chalk.\nno more");
        };
        var job = await world.LeaseAsync(Some.Job());

        await world.RunAsync(job, Ct);

        var failed = world.Published<TrainingFailed>().ShouldHaveSingleItem();
        (failed.RoundId, failed.Stage, failed.Reason).ShouldBe((Some.RoundId, Stage.Sft, reason));
        var stored = await world.StoredAsync(Some.SftJob);
        (stored.Status, stored.Error).ShouldBe((TrainingJobStatus.Failed, reason));
    }

    [Fact]
    public async Task RunAsync_CheckpointThereAlready_OnlyTellsAndEndsTheJob()
    {
        await using var world = await JobWorld.StartAsync();
        await world.RunAsync(await world.LeaseAsync(Some.Job()), Ct);
        await using var restarted = await JobWorld.StartAsync();
        Directory.Move(Path.Combine(world.Folder, "checkpoints"), Path.Combine(restarted.Folder, "checkpoints"));
        await restarted.Artifacts.UpsertAsync(await world.Artifacts.GetAsync<Checkpoint>(Some.SftJob, Ct), Ct);

        await restarted.RunAsync(await restarted.LeaseAsync(Some.Job()), Ct);

        restarted.Trainings.OpenedAt.ShouldBeEmpty();
        restarted.Published<CheckpointReady>().Count.ShouldBe(1);
        (await restarted.StoredAsync(Some.SftJob)).Status.ShouldBe(TrainingJobStatus.Completed);
    }

    [Fact]
    public async Task RunAsync_JobOutsideARound_TellsTheBusNothing()
    {
        await using var world = await JobWorld.StartAsync();
        var job = await world.LeaseAsync(Some.Job(Some.Specification(roundId: "")));

        await world.RunAsync(job, Ct);

        (await world.StoredAsync(Some.SftJob)).Status.ShouldBe(TrainingJobStatus.Completed);
        world.Published<CheckpointReady>().ShouldBeEmpty();
        world.Published<TrainingProgressed>().ShouldBeEmpty();
    }

    private static async Task<string> UninterruptedAdapterAsync()
    {
        await using var world = await JobWorld.StartAsync();
        await world.RunAsync(await world.LeaseAsync(Some.Job()), Ct);
        return world.Adapter();
    }
}
