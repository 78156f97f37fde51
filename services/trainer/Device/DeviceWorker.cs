using System.Diagnostics.CodeAnalysis;

namespace Sgasa.Trainer.Device;

/// <summary>
/// The one thread that owns the device and every tensor: TorchSharp's dispose scopes belong to a thread. It runs short
/// errands first, and then alternates between generation and training: after a training step generation has the
/// device for as long as that step took. A fault ends the work that caused it, never the thread.
/// </summary>
public sealed class DeviceWorker : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<IDeviceErrand> _errands = new();
    private readonly Queue<IDeviceErrand> _trainingSteps = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly TimeProvider _time;
    private readonly ILogger<DeviceWorker> _logger;
    private readonly Thread _thread;
    private volatile bool _stopping;

    // Only the device thread touches what follows.
    private IGenerationLane? _generation;
    private bool _generationHasWork;
    private long _generationCredit; // timestamp ticks that generation may take before training's next step

    /// <summary>Starts the thread.</summary>
    public DeviceWorker(TimeProvider time, ILogger<DeviceWorker> logger)
    {
        _time = time;
        _logger = logger;
        _thread = new Thread(Loop) { IsBackground = true, Name = "sgasa-device" };
        _thread.Start();
    }

    /// <summary>
    /// Names the generation whose steps this worker takes, and which it disposes of; call it from an errand, once.
    /// </summary>
    public void Attach(IGenerationLane generation)
    {
        ArgumentNullException.ThrowIfNull(generation);
        if (Thread.CurrentThread != _thread || _generation is not null)
            throw new InvalidOperationException("Attach one generation only, from the device thread.");
        _generation = generation;
    }

    /// <summary>
    /// Runs a short errand on the device thread, before any further step: submit, cancel, load an adapter.
    /// </summary>
    public Task<T> RunAsync<T>(Func<T> errand, CancellationToken cancellationToken) =>
        Enqueue(_errands, errand, cancellationToken);

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(Action errand, CancellationToken cancellationToken) =>
        Enqueue(_errands, AsFunction(errand), cancellationToken);

    /// <summary>Runs one training step on the device thread, in turns with generation.</summary>
    public Task<T> TrainAsync<T>(Func<T> step, CancellationToken cancellationToken) =>
        Enqueue(_trainingSteps, step, cancellationToken);

    /// <summary>Ends the thread after the step it is in; what still waits is cancelled.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping) return;
            _stopping = true;
        }
        _wake.Release();
        _thread.Join();
        _wake.Dispose();
    }

    private static Func<bool> AsFunction(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return () =>
        {
            action();
            return true;
        };
    }

    private Task<T> Enqueue<T>(Queue<IDeviceErrand> queue, Func<T> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        var errand = new DeviceErrand<T>(work, cancellationToken);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            queue.Enqueue(errand);
            _wake.Release();
        }
        return errand.Completion;
    }

    private void Loop()
    {
        while (!_stopping)
        {
            if (TryTake(_errands, out var errand))
            {
                Timed(errand.Execute, DeviceMetrics.Served);
                _generationHasWork = _generation is not null; // it may have submitted a request; a step finds out
            }
            else if (_generationHasWork && _generationCredit > 0)
                _generationCredit -= Timed(StepGeneration, DeviceMetrics.Generated);
            else if (TryTake(_trainingSteps, out var step))
                _generationCredit = Timed(step.Execute, DeviceMetrics.Trained);
            else if (_generationHasWork)
                Timed(StepGeneration, DeviceMetrics.Generated);
            else
                _wake.Wait();
        }
        _generation?.Dispose();
        while (TryTake(_errands, out var left) || TryTake(_trainingSteps, out left)) left.Cancel();
    }

    private bool TryTake(Queue<IDeviceErrand> queue, [NotNullWhen(true)] out IDeviceErrand? errand)
    {
        lock (_gate) return queue.TryDequeue(out errand);
    }

    private long Timed(Action step, Action<TimeSpan> tell)
    {
        var start = _time.GetTimestamp();
        step();
        var end = _time.GetTimestamp();
        tell(_time.GetElapsedTime(start, end));
        return end - start;
    }

    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types",
        Justification = "The thread outlives any fault.")]
    private void StepGeneration()
    {
        try
        {
            _generationHasWork = _generation!.Step();
        }
        catch (Exception fault)
        {
            _logger.GenerationFaulted(fault); // other requests may be left: the next step finds out
        }
    }
}
