using Sgasa.Artifacts;

namespace Sgasa.Trainer.Jobs;

/// <summary>Takes jobs in, from the bus and from gRPC alike.</summary>
public sealed class TrainingJobIntake(ITrainingJobStore jobs, TrainingBoard board, TimeProvider time)
{
    /// <summary>Stores a job and wakes the runner; the same id again returns the stored job.</summary>
    public async Task<TrainingJobRecord> SubmitAsync(
        string jobId, TrainingSpecification specification, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(specification);
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
}
