using System.Diagnostics;

namespace Sgasa.Bench.Messaging;

/// <summary>Counts what a consumer was given.</summary>
internal sealed class Watch(int count)
{
    private TaskCompletionSource<double> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _seen;
    private long _first;
    private long _last;

    /// <summary>Messages per second between the first message and the last.</summary>
    public Task<double> Rate => _done.Task;

    /// <summary>When the last message came, as a timestamp.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>Counts from the beginning; not while messages are on their way.</summary>
    public void Restart()
    {
        _seen = 0;
        _done = new TaskCompletionSource<double>(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void See()
    {
        var now = Stopwatch.GetTimestamp();
        var seen = Interlocked.Increment(ref _seen);
        if (seen == 1) Volatile.Write(ref _first, now);
        if (seen != count) return;

        Volatile.Write(ref _last, now);
        _done.TrySetResult((count - 1) / Math.Max(1e-9, Stopwatch.GetElapsedTime(Volatile.Read(ref _first), now).TotalSeconds));
    }
}
