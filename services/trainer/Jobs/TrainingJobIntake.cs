using Sgasa.Artifacts;
using Sgasa.Trainer.Specifications;

namespace Sgasa.Trainer.Jobs;

/// <summary>Takes jobs in, from the bus and from gRPC alike.</summary>
public sealed class TrainingJobIntake(ITrainingJobStore jobs, TrainingBoard board, TimeProvider time)
{
    /// <summary>Stores a job and wakes the runner; the same id again returns the stored job.</summary>
    public async Task<TrainingJobRecord> SubmitAsync(
        string jobId, TrainingSpecification specification, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(specification);
        board.Ask(jobId); // before anything is stored: see JobAdmission
        var stored = await jobs.AddAsync(
            new TrainingJobRecord
            {
                Id = jobId,
                Specification = specification.ToJson(),
                Status = TrainingJobStatus.Queued,
                CreatedAt = time.GetUtcNow(),
            },
            cancellationToken);
        board.Announce();
        return stored;
    }

    /// <summary>
    /// Stores a job that is wanted now. One that ended without a checkpoint is queued again: nobody would ask for it if it were
    /// not to be tried once more.
    /// </summary>
    public async Task<TrainingJobRecord> SubmitAgainAsync(
        string jobId, TrainingSpecification specification, CancellationToken cancellationToken)
    {
        var stored = await SubmitAsync(jobId, specification, cancellationToken);
        if (stored.Status is not (TrainingJobStatus.Failed or TrainingJobStatus.Cancelled)) return stored;

        var queued = await jobs.RequeueAsync(jobId, specification.ToJson(), cancellationToken);
        board.Announce();
        return queued ?? stored;
    }
}
