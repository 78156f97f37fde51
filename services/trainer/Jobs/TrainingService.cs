using Grpc.Core;
using Microsoft.Extensions.Options;
using Sgasa.Artifacts;
using Sgasa.Contracts.Grpc;
using Sgasa.Trainer.Checkpoints;

namespace Sgasa.Trainer.Jobs;

/// <summary>Training jobs over gRPC.</summary>
public sealed class TrainingService(
    ITrainingJobStore jobs,
    TrainingJobIntake intake,
    TrainingBoard board,
    TrainingEvents events,
    CheckpointArchive archive,
    IOptions<TrainerOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time) : Training.TrainingBase
{
    /// <inheritdoc />
    public override async Task<TrainingJob> Submit(TrainingJobSpec request, ServerCallContext context)
    {
        var specification = TrainingRequests.Read(request);
        return View(await intake.SubmitAsync(request.JobId, specification, context.CancellationToken));
    }

    /// <inheritdoc />
    public override async Task Watch(
        TrainingJobRequest request, IServerStreamWriter<TrainingJob> responseStream, ServerCallContext context)
    {
        // A host that stops does not wait for the jobs that are watched.
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, lifetime.ApplicationStopping);
        var cancellationToken = linked.Token;
        TrainingJob? shown = null;
        while (true)
        {
            var changed = board.Changed; // taken before the look, so that no change is missed
            var job = await FindAsync(request.JobId, cancellationToken);
            var view = View(job);
            if (!view.Equals(shown)) await responseStream.WriteAsync(view, cancellationToken);
            if (job.Status is not (TrainingJobStatus.Queued or TrainingJobStatus.Running)) return;
            shown = view;
            try
            {
                // Another trainer's job changes without a signal here.
                await changed.WaitAsync(options.Value.PollInterval, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // Time for another look.
            }
        }
    }

    /// <inheritdoc />
    public override async Task<TrainingJob> Cancel(TrainingJobRequest request, ServerCallContext context)
    {
        var before = await FindAsync(request.JobId, context.CancellationToken);
        var after = await jobs.CancelAsync(request.JobId, context.CancellationToken) ?? throw Missing(request.JobId);
        // A runner removes the state of the job it runs; nobody else removes that of a job that waits.
        if (before.Status == TrainingJobStatus.Queued && after.Status == TrainingJobStatus.Cancelled)
            await archive.RemoveStateAsync(request.JobId, context.CancellationToken);
        if (after.Status == TrainingJobStatus.Cancelled) await events.EndedAsync(after, context.CancellationToken);
        board.Announce();
        return View(after);
    }

    /// <inheritdoc />
    public override async Task<TrainingJob> Get(TrainingJobRequest request, ServerCallContext context) =>
        View(await FindAsync(request.JobId, context.CancellationToken));

    private async Task<TrainingJobRecord> FindAsync(string jobId, CancellationToken cancellationToken) =>
        await jobs.FindAsync(jobId, cancellationToken) ?? throw Missing(jobId);

    private static RpcException Missing(string jobId) =>
        new(new Status(StatusCode.NotFound, $"There is no training job '{jobId}'; submit it first."));

    private TrainingJob View(TrainingJobRecord job)
    {
        var view = new TrainingJob
        {
            JobId = job.Id,
            Status = job.Status switch
            {
                TrainingJobStatus.Queued => TrainingStatus.Queued,
                TrainingJobStatus.Running => TrainingStatus.Running,
                TrainingJobStatus.Completed => TrainingStatus.Completed,
                TrainingJobStatus.Failed => TrainingStatus.Failed,
                TrainingJobStatus.Cancelled => TrainingStatus.Cancelled,
                _ => TrainingStatus.Unspecified,
            },
            Step = job.Step,
            Steps = job.Steps,
            Loss = job.Loss,
            TokensPerSecond = job.TokensPerSecond,
            Error = job.Error,
        };
        if (job.Status == TrainingJobStatus.Running && board.Find(job.Id) is { } live)
        {
            view.SecondsLeft = live.SecondsLeft;
            foreach (var (name, value) in live.Metrics) view.Metrics[name] = value;
        }
        return view;
    }
}
