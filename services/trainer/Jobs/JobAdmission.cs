using Microsoft.Extensions.Options;
using Sgasa.Artifacts;
using Sgasa.Hosting.Bus;
using Sgasa.Trainer.Specifications;

namespace Sgasa.Trainer.Jobs;

/// <summary>
/// Lets only those jobs be trained that are wanted: jobs outside of a round, and those whose round runs. Where messages
/// travel in memory, no other process carries a round on, so the round must have asked for the job here.
/// </summary>
public sealed class JobAdmission(
    ITrainingJobStore jobs,
    IRoundStore rounds,
    TrainingBoard board,
    IOptions<BusOptions> bus,
    ILogger<JobAdmission> logger)
{
    /// <summary>
    /// Whether a job that this trainer has leased is trained. One that is not wanted is cancelled, its state kept, until its
    /// round asks for it again.
    /// </summary>
    public async Task<bool> AdmitAsync(TrainingJobRecord job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (await IsWantedAsync(job, cancellationToken)) return true;

        await jobs.CancelAsync(job.Id, cancellationToken);
        // Whoever asked in the meantime may have seen it leased and left it so.
        if (await IsWantedAsync(job, cancellationToken)) await jobs.RequeueAsync(job.Id, job.Specification, cancellationToken);
        else logger.JobNotWanted(job.Id);
        board.Announce();
        return false;
    }

    private async Task<bool> IsWantedAsync(TrainingJobRecord job, CancellationToken cancellationToken)
    {
        var roundId = TrainingSpecification.Of(job).RoundId;
        // A job may name a round that is not in this store.
        if (roundId.Length == 0 || await rounds.FindStatusAsync(roundId, cancellationToken) is not { } status) return true;

        return status == RoundDocument.Running
            && (bus.Value.Transport != BusTransport.InMemory || board.IsAsked(job.Id));
    }
}
