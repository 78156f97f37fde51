using Sgasa.Artifacts;

namespace Sgasa.Trainer.Tests.Jobs;

/// <summary>A job store that can be out of reach.</summary>
internal sealed class FaultyJobStore(ITrainingJobStore inner) : ITrainingJobStore
{
    public volatile bool IsAway;

    public Action OnRefusal { get; set; } = () => { };

    public Task<TrainingJobRecord> AddAsync(TrainingJobRecord job, CancellationToken cancellationToken) =>
        Reach().AddAsync(job, cancellationToken);

    public Task<TrainingJobRecord?> FindAsync(string jobId, CancellationToken cancellationToken) =>
        Reach().FindAsync(jobId, cancellationToken);

    public Task<TrainingJobRecord?> LeaseNextAsync(
        string owner, TimeSpan duration, CancellationToken cancellationToken) =>
        Reach().LeaseNextAsync(owner, duration, cancellationToken);

    public Task<bool> RenewAsync(
        TrainingJobRecord job, string owner, TimeSpan duration, CancellationToken cancellationToken) =>
        Reach().RenewAsync(job, owner, duration, cancellationToken);

    public Task CompleteAsync(TrainingJobRecord job, string owner, CancellationToken cancellationToken) =>
        Reach().CompleteAsync(job, owner, cancellationToken);

    public Task ReleaseAsync(string jobId, string owner, CancellationToken cancellationToken) =>
        Reach().ReleaseAsync(jobId, owner, cancellationToken);

    public Task<TrainingJobRecord?> CancelAsync(string jobId, CancellationToken cancellationToken) =>
        Reach().CancelAsync(jobId, cancellationToken);

    public Task<TrainingJobRecord?> RequeueAsync(string jobId, string specification, CancellationToken cancellationToken) =>
        Reach().RequeueAsync(jobId, specification, cancellationToken);

    private ITrainingJobStore Reach()
    {
        if (!IsAway) return inner;
        OnRefusal();
        throw new IOException("The store is away.");
    }
}
