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
        world.Sessions.BeforeStep = step =>
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
        world.Sessions.BeforeStep = _ =>
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
        Directory.EnumerateDirectories(world.StateFolder).Select(Path.GetFileName).ShouldBe(["step-00000001"]);
    }
}
