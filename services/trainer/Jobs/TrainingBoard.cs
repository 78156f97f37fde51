using System.Collections.Concurrent;

namespace Sgasa.Trainer.Jobs;

/// <summary>
/// What this process knows about jobs beyond the store: the live figures of those that run here, and a signal when
/// anything about a job changed, so that nobody has to wait for the next look at the store.
/// </summary>
public sealed class TrainingBoard
{
    private readonly ConcurrentDictionary<string, LiveFigures> _live = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _asked = new(StringComparer.Ordinal);
    private volatile TaskCompletionSource _changed = NewSignal();

    /// <summary>Completes at the next change of any job. Take it before looking, so that no change is missed.</summary>
    public Task Changed => _changed.Task;

    /// <summary>The figures of a job that runs here, or null.</summary>
    public LiveFigures? Find(string jobId) => _live.GetValueOrDefault(jobId);

    /// <summary>Notes that somebody asked this process for a job.</summary>
    public void Ask(string jobId) => _asked[jobId] = true;

    /// <summary>Whether anybody asked this process for a job.</summary>
    public bool IsAsked(string jobId) => _asked.ContainsKey(jobId);

    /// <summary>Replaces a job's figures and tells all who wait.</summary>
    public void Report(string jobId, LiveFigures figures)
    {
        _live[jobId] = figures;
        Announce();
    }

    /// <summary>Forgets the figures of a job that no longer runs here, and tells all who wait.</summary>
    public void Forget(string jobId)
    {
        _live.TryRemove(jobId, out _);
        Announce();
    }

    /// <summary>Tells all who wait that some job was stored, cancelled or ended.</summary>
    public void Announce() => Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Figures of a running job that are not worth storing.</summary>
/// <param name="Metrics">Figures of the last step under TRL's names.</param>
/// <param name="SecondsLeft">Expected time to the end.</param>
public sealed record LiveFigures(IReadOnlyDictionary<string, double> Metrics, double SecondsLeft);
