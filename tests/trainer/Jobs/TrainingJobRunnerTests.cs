using Sgasa.Artifacts;
using Sgasa.Trainer.Jobs;

namespace Sgasa.Trainer.Tests.Jobs;

public class TrainingJobRunnerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Runner_JobSubmitted_TrainsItWithoutWaitingForTheNextPoll()
    {
        await using var world = await JobWorld.StartAsync();
        using var runner = world.Runner();
        await runner.StartAsync(Ct);

        await world.Intake.SubmitAsync(Some.SftJob, Some.Specification(), Ct);

        // The clock stands still: only the signal can have woken the runner.
        (await world.EndedAsync(Some.SftJob)).Status.ShouldBe(TrainingJobStatus.Completed);
        await runner.StopAsync(Ct);
    }

    [Fact]
    public async Task Runner_StoreWasAway_TakesTheJobUpAgain()
    {
        var store = default(FaultyJobStore)!;
        await using var world = await JobWorld.StartAsync(jobs: inner => store = new FaultyJobStore(inner));
        var faulted = new TaskCompletionSource();
        world.Trainings.BeforeStep = step =>
        {
            if (step != 3 || faulted.Task.IsCompleted) return;
            store.IsAway = true;
            store.OnRefusal = () => faulted.TrySetResult();
            world.Time.Advance(TimeSpan.FromSeconds(1));
        };
        using var runner = world.Runner();
        await runner.StartAsync(Ct);
        await world.Intake.SubmitAsync(Some.SftJob, Some.Specification(), Ct);

        await faulted.Task;
        store.IsAway = false;
        world.Board.Announce();

        (await world.EndedAsync(Some.SftJob)).Status.ShouldBe(TrainingJobStatus.Completed);
        await runner.StopAsync(Ct);
    }

    [Fact]
    public async Task Runner_Stopped_LaysItsJobDown()
    {
        await using var world = await JobWorld.StartAsync();
        using var runner = world.Runner();
        var started = new TaskCompletionSource();
        using var stopAsked = new ManualResetEventSlim();
        world.Trainings.BeforeStep = _ =>
        {
            started.TrySetResult();
            stopAsked.Wait(Ct);
        };
        await runner.StartAsync(Ct);
        await world.Intake.SubmitAsync(Some.SftJob, Some.Specification(), Ct);
        await started.Task;

        var stopping = runner.StopAsync(Ct);
        stopAsked.Set();
        await stopping;

        (await world.StoredAsync(Some.SftJob)).Status.ShouldBe(TrainingJobStatus.Queued);
        Directory.EnumerateDirectories(world.StateFolder).Select(Path.GetFileName).ShouldBe(["checkpoint-1"]);
    }

    [Theory]
    [InlineData("Failed")]
    [InlineData("Cancelled")]
    public async Task Runner_JobOfARoundThatEnded_IsLeftAsideUntilTheRoundAsksAgain(string status)
    {
        await using var world = await JobWorld.StartAsync();
        await world.SaveRoundAsync(status);
        await world.Intake.SubmitAsync(Some.SftJob, Some.Specification(), Ct);
        using var runner = world.Runner();
        await runner.StartAsync(Ct);
        (await world.EndedAsync(Some.SftJob)).Status.ShouldBe(TrainingJobStatus.Cancelled);

        await world.SaveRoundAsync(RoundDocument.Running);
        await world.Intake.SubmitAgainAsync(Some.SftJob, Some.Specification(), Ct);

        (await world.EndedAsync(Some.SftJob)).Status.ShouldBe(TrainingJobStatus.Completed);
        await runner.StopAsync(Ct);
    }

    [Fact]
    public async Task Runner_JobThatAnInterruptedRoundLeft_IsNotTrainedUnasked()
    {
        await using var world = await JobWorld.StartAsync();
        await world.SaveRoundAsync(RoundDocument.Running);
        // Stored, but not asked for in this process: an earlier one did.
        await world.Jobs.AddAsync(Some.Job(), Ct);
        using var runner = world.Runner();
        await runner.StartAsync(Ct);

        (await world.EndedAsync(Some.SftJob)).Status.ShouldBe(TrainingJobStatus.Cancelled);

        world.Trainings.OpenedAt.ShouldBeEmpty();
        await runner.StopAsync(Ct);
    }

    [Fact]
    public async Task Runner_JobCancelledWhileItIsTrained_StopsWithinAStep()
    {
        await using var world = await JobWorld.StartAsync(new ScriptedTrainings(steps: 1_000));
        var steps = 0;
        world.Trainings.BeforeStep = step =>
        {
            steps = step;
            world.Time.Advance(TimeSpan.FromSeconds(1));
            if (step == 3) world.Jobs.CancelAsync(Some.SftJob, CancellationToken.None).GetAwaiter().GetResult();
        };
        using var runner = world.Runner();
        await runner.StartAsync(Ct);
        await world.Intake.SubmitAsync(Some.SftJob, Some.Specification(), Ct);

        (await world.EndedAsync(Some.SftJob)).Status.ShouldBe(TrainingJobStatus.Cancelled);

        await runner.StopAsync(Ct);
        steps.ShouldBeLessThanOrEqualTo(4);
    }
}
