namespace Sgasa.Artifacts;

/// <summary>Training jobs with their leases.</summary>
public interface ITrainingJobStore
{
    /// <summary>Stores a new job; returns the stored one if the id exists.</summary>
    Task<TrainingJobRecord> AddAsync(TrainingJobRecord job, CancellationToken cancellationToken);

    /// <summary>The job, or null.</summary>
    Task<TrainingJobRecord?> FindAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the oldest job that is queued, or running with a lease that ran out, for <paramref name="owner"/>; null
    /// when there is none. A job that this owner already holds counts too: an owner asks when it works on nothing, so
    /// it died over that job and is back.
    /// </summary>
    Task<TrainingJobRecord?> LeaseNextAsync(string owner, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Writes progress and renews the lease.</summary>
    /// <returns>False when somebody else has the lease or the job was cancelled: stop working on it.</returns>
    Task<bool> RenewAsync(TrainingJobRecord job, string owner, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Writes the job's end and gives the lease back; nothing happens where the lease was lost.</summary>
    Task CompleteAsync(TrainingJobRecord job, string owner, CancellationToken cancellationToken);

    /// <summary>Gives the lease back, so that another runner, or this one after a restart, continues at once.</summary>
    Task ReleaseAsync(string jobId, string owner, CancellationToken cancellationToken);

    /// <summary>Cancels a job that has not ended; returns it as it then stands, or null.</summary>
    Task<TrainingJobRecord?> CancelAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>
    /// Queues a job again that failed or was cancelled, with what is wanted of it now and without what was written of that end; other
    /// jobs stay as they are. Returns it as it then stands, or null.
    /// </summary>
    Task<TrainingJobRecord?> RequeueAsync(string jobId, string specification, CancellationToken cancellationToken);
}

/// <summary>Where a training job stands.</summary>
public enum TrainingJobStatus
{
    /// <summary>Waiting for a runner.</summary>
    Queued,

    /// <summary>Leased by a runner.</summary>
    Running,

    /// <summary>Its checkpoint is ready.</summary>
    Completed,

    /// <summary>It ended without a checkpoint.</summary>
    Failed,

    /// <summary>It was stopped for good.</summary>
    Cancelled,
}

/// <summary>A training job as it is stored.</summary>
public sealed record TrainingJobRecord
{
    /// <summary>The job's id, also that of the checkpoint it makes.</summary>
    public required string Id { get; init; }

    /// <summary>What to train, as JSON: the trainer's own shape.</summary>
    public required string Specification { get; init; }

    /// <summary>Where it stands.</summary>
    public required TrainingJobStatus Status { get; init; }

    /// <summary>When it was stored.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Optimizer steps taken.</summary>
    public int Step { get; init; }

    /// <summary>Optimizer steps in all; 0 until known.</summary>
    public int Steps { get; init; }

    /// <summary>Loss of the last step.</summary>
    public double Loss { get; init; }

    /// <summary>Tokens per second of the last step.</summary>
    public double TokensPerSecond { get; init; }

    /// <summary>Why it failed.</summary>
    public string Error { get; init; } = "";
}
