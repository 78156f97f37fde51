using System.Diagnostics.CodeAnalysis;
using Sgasa.Artifacts;

namespace Sgasa.Trainer.Jobs;

/// <summary>
/// Tells how far a job has come, and never keeps it waiting for a broker that is away: a report that takes long goes on
/// by itself, and those that come due meanwhile are left out.
/// </summary>
/// <param name="publish">Publishes a report; may wait for as long as there is nobody to take it.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where a report that failed is told of.</param>
internal sealed class ProgressReports(
    Func<TrainingJobRecord, CancellationToken, Task> publish, TimeProvider time, ILogger logger)
{
    /// <summary>How long a report may hold the job up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private Task _last = Task.CompletedTask;

    /// <summary>Tells it, unless an earlier report is still under way.</summary>
    public async Task TellAsync(TrainingJobRecord job, CancellationToken stopping)
    {
        if (!_last.IsCompleted) return;

        _last = PublishAsync(job, stopping);
        try
        {
            await _last.WaitAsync(Patience, time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            // The job goes on without it.
        }
    }

    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types",
        Justification = "A report nobody gets is no reason to stop training.")]
    private async Task PublishAsync(TrainingJobRecord job, CancellationToken stopping)
    {
        try
        {
            await publish(job, stopping);
        }
        catch (Exception fault)
        {
            // A lost connection cancels what was on its way; only the host's own stop goes without saying.
            if (!stopping.IsCancellationRequested) logger.ProgressNotPublished(fault, job.Id);
        }
    }
}
