using System.Diagnostics.CodeAnalysis;

namespace Sgasa.Trainer.Device;

/// <summary>Something the device thread does once.</summary>
internal interface IDeviceErrand
{
    void Execute();

    void Cancel();
}

/// <summary>A function to run on the device thread, and the task that its caller awaits.</summary>
internal sealed class DeviceErrand<T>(Func<T> work, CancellationToken cancellationToken) : IDeviceErrand
{
    // Continuations must never run on the device thread.
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Completion => _completion.Task;

    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types",
        Justification = "The fault goes to the caller.")]
    public void Execute()
    {
        if (cancellationToken.IsCancellationRequested)
        {
            _completion.TrySetCanceled(cancellationToken);
            return;
        }
        try
        {
            _completion.TrySetResult(work());
        }
        catch (Exception fault)
        {
            _completion.TrySetException(fault);
        }
    }

    public void Cancel() => _completion.TrySetCanceled(CancellationToken.None);
}
