using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sgasa.Trainer.Device;

namespace Sgasa.Trainer.Tests.Device;

public class DeviceWorkerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_FromManyThreads_RunsEverythingOnOneThread()
    {
        using var worker = Worker();

        var threads = await Task.WhenAll(Enumerable.Range(0, 20)
            .Select(i => Task.Run(() => i % 2 == 0
                ? worker.RunAsync(() => Environment.CurrentManagedThreadId, Ct)
                : worker.TrainAsync(() => Environment.CurrentManagedThreadId, Ct), Ct)));

        threads.Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task TrainAsync_AStepThatTakesTime_CountsAsTraining()
    {
        var clock = new FakeTimeProvider();
        var measured = new List<(double Seconds, object? Kind, int Thread)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Name == DeviceMetrics.BusyTimeName) own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
        {
            lock (measured) measured.Add((seconds, tags[0].Value, Environment.CurrentManagedThreadId));
        });
        listener.Start();

        int thread;
        using (var worker = new DeviceWorker(clock, NullLogger<DeviceWorker>.Instance))
        {
            thread = await worker.TrainAsync(
                () =>
                {
                    clock.Advance(TimeSpan.FromSeconds(3));
                    return Environment.CurrentManagedThreadId;
                },
                Ct);
        }

        // Workers of other tests measure beside it: each on its own thread.
        lock (measured) measured.ShouldContain((3.0, "training", thread));
    }

    [Fact]
    public async Task RunAsync_ErrandThrows_FailsItsCallerOnly()
    {
        using var worker = Worker();

        var fault = worker.RunAsync<int>(() => throw new InvalidOperationException("broken"), Ct);
        var next = worker.RunAsync(() => 5, Ct);

        (await Should.ThrowAsync<InvalidOperationException>(fault)).Message.ShouldBe("broken");
        (await next).ShouldBe(5);
    }

    [Fact]
    public async Task RunAsync_CancelledWhileWaiting_NeverRuns()
    {
        using var worker = Worker();
        using var cancelled = new CancellationTokenSource();
        using var gate = new ManualResetEventSlim();
        var ran = false;
        var blocking = worker.RunAsync(() => gate.Wait(Ct), Ct);

        var waiting = worker.RunAsync(() => ran = true, cancelled.Token);
        await cancelled.CancelAsync();
        gate.Set();

        await Should.ThrowAsync<OperationCanceledException>(waiting);
        await blocking;
        ran.ShouldBeFalse();
    }

    [Fact]
    public async Task TrainAsync_BesideGeneration_GivesGenerationTheSameTime()
    {
        var time = new FakeTimeProvider();
        var order = new List<string>();
        using var worker = new DeviceWorker(time, NullLogger<DeviceWorker>.Instance);
        using var gate = new ManualResetEventSlim();
        var lane = new ScriptedLane(steps: 7, _ =>
        {
            order.Add("g");
            time.Advance(TimeSpan.FromMilliseconds(10));
        });
        var attached = worker.RunAsync(
            () =>
            {
                gate.Wait(Ct);
                worker.Attach(lane);
            },
            Ct);

        var training = Enumerable.Range(0, 3).Select(_ => worker.TrainAsync(
            () =>
            {
                order.Add("T");
                time.Advance(TimeSpan.FromMilliseconds(25));
                return 0;
            },
            Ct)).ToArray();
        gate.Set();
        await Task.WhenAll([attached, .. training, lane.Done]);

        // 25 ms of training are answered by three generation steps of 10 ms; at the end generation is alone.
        string.Concat(order).ShouldBe("TgggTgggTg");
    }

    [Fact]
    public async Task Step_LaneFaults_TakesTheNextStep()
    {
        using var worker = Worker();
        var lane = new ScriptedLane(steps: 3, step =>
        {
            if (step == 2) throw new InvalidOperationException("out of memory");
        });

        await worker.RunAsync(() => worker.Attach(lane), Ct);
        await lane.Done;

        (await worker.RunAsync(() => 5, Ct)).ShouldBe(5);
    }

    [Fact]
    public async Task Dispose_WithWaitingWork_CancelsItAndEndsTheLane()
    {
        var worker = Worker();
        using var gate = new ManualResetEventSlim();
        var lane = new ScriptedLane(steps: int.MaxValue, _ => { });
        await worker.RunAsync(() => worker.Attach(lane), Ct);
        using var entered = new ManualResetEventSlim();
        var blocking = worker.RunAsync(
            () =>
            {
                entered.Set();
                gate.Wait(Ct);
            },
            Ct);
        entered.Wait(Ct);
        var waiting = worker.TrainAsync(() => 1, Ct);

        var disposing = Task.Run(worker.Dispose, Ct);
        while (true)
        {
            // Dispose has begun once nothing more is taken in.
            try { _ = worker.TrainAsync(() => 2, Ct); }
            catch (ObjectDisposedException) { break; }
        }
        gate.Set();
        await disposing;

        await blocking;
        await Should.ThrowAsync<OperationCanceledException>(waiting);
        lane.IsDisposed.ShouldBeTrue();
    }

    private static DeviceWorker Worker() => new(TimeProvider.System, NullLogger<DeviceWorker>.Instance);

    private sealed class ScriptedLane(int steps, Action<int> step) : IGenerationLane
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _taken;

        public Task Done => _done.Task;

        public bool IsDisposed { get; private set; }

        public bool Step()
        {
            step(++_taken);
            if (_taken < steps) return true;
            _done.TrySetResult();
            return false;
        }

        public void Dispose() => IsDisposed = true;
    }
}
