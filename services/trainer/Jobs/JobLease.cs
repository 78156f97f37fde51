using Sgasa.Artifacts;

namespace Sgasa.Trainer.Jobs;

/// <summary>This trainer's hold on a job: the job as last written, and the way to write it again.</summary>
public sealed class JobLease(ITrainingJobStore jobs, TrainingJobRecord job, TrainerOptions options, TimeProvider time)
{
    /// <summary>The job as last written.</summary>
    public TrainingJobRecord Job { get; private set; } = job;

    /// <summary>Writes the job's progress and renews the lease.</summary>
    /// <exception cref="LeaseLostException">Another trainer has the job, or it was cancelled.</exception>
    public async Task RenewAsync(TrainingJobRecord progress, CancellationToken cancellationToken)
    {
        Job = progress;
        if (!await jobs.RenewAsync(progress, options.Owner, options.Lease, cancellationToken))
            throw new LeaseLostException(progress.Id);
    }

    /// <summary>Writes the job's end and gives the lease back.</summary>
    public Task CompleteAsync(TrainingJobRecord ended, CancellationToken cancellationToken)
    {
        Job = ended;
        return jobs.CompleteAsync(ended, options.Owner, cancellationToken);
    }

    /// <summary>Awaits a piece of work, renewing the lease as often as it must be while the work goes on.</summary>
    /// <exception cref="LeaseLostException">Another trainer has the job, or it was cancelled.</exception>
    public async Task<T> DuringAsync<T>(Task<T> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        while (true)
        {
            try
            {
                return await work.WaitAsync(options.Lease / 3, time, CancellationToken.None);
            }
            catch (TimeoutException) when (!work.IsCompleted)
            {
                await RenewAsync(Job, cancellationToken);
            }
        }
    }
}

/// <summary>The job went to another trainer, or was cancelled: nothing more may be written for it.</summary>
public sealed class LeaseLostException(string jobId) : Exception($"The lease of training job '{jobId}' was lost.");
