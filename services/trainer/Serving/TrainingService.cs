using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Grpc;
using Sgasa.Trainer.Checkpoints;
using Sgasa.Trainer.Jobs;
using Sgasa.Trainer.Trainings;

namespace Sgasa.Trainer.Serving;

/// <summary>Training jobs over gRPC.</summary>
public sealed class TrainingService(
    ITrainingJobStore jobs,
    ITrainings trainings,
    TrainingJobIntake intake,
    TrainingBoard board,
    TrainingEvents events,
    TrainingUploads uploads,
    CheckpointArchive archive,
    CheckpointFolders folders,
    IOptions<TrainerOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time) : Training.TrainingBase
{
    private const int MostPiece = 1 << 20;

    /// <inheritdoc />
    public override async Task<UploadedFile> Upload(FilePiece request, ServerCallContext context)
    {
        if (request.Content.Length > MostPiece)
            throw new UserErrorException($"content has {request.Content.Length} bytes: send at most {MostPiece} at a time.");
        return new UploadedFile
        {
            Length = await uploads.AppendAsync(
                request.JobId, request.Name, request.Offset, request.Content.Memory, context.CancellationToken),
        };
    }

    /// <inheritdoc />
    public override async Task<TrainingJob> Submit(TrainingJobSpec request, ServerCallContext context)
    {
        var cancellationToken = context.CancellationToken;
        var specification = TrainingRequests.Read(request);
        // Its files were taken over then.
        if (await jobs.FindAsync(request.JobId, cancellationToken)
            is { Status: not (TrainingJobStatus.Failed or TrainingJobStatus.Cancelled) } stored) return View(stored);

        var baseModel = await trainings.BaseModelAsync(cancellationToken);
        if (request.BaseModelFingerprint.Length > 0 && request.BaseModelFingerprint != baseModel)
        {
            throw new UserErrorException(
                $"The job is for base model {Shown(request.BaseModelFingerprint)}, but this trainer runs {baseModel}; "
                + "take the model that the trainer has.");
        }
        var hash = await uploads.CompleteAsync(request.JobId, TrainingRequests.Files(request), cancellationToken);
        specification = specification with { Upload = specification.Upload! with { Hash = hash } };
        // The files are the job's now: whoever asked may be gone.
        return View(await intake.SubmitAgainAsync(request.JobId, specification, CancellationToken.None));
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
    public override async Task Download(
        TrainingJobRequest request, IServerStreamWriter<FilePiece> responseStream, ServerCallContext context)
    {
        var job = await FindAsync(request.JobId, context.CancellationToken);
        if (job.Status != TrainingJobStatus.Completed)
            throw new UserErrorException($"Training job '{job.Id}' has made no adapter: it is {Said(job.Status)}.");
        await archive.FetchAdapterAsync(job.Id, context.CancellationToken);
        var folder = new DirectoryInfo(folders.OwnFolderOf(job.Id));
        if (!folder.Exists) throw new CheckpointNotFoundException(job.Id, folder.FullName);
        foreach (var file in folder.EnumerateFiles().OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            await using var stream = file.OpenRead();
            var buffer = new byte[MostPiece];
            for (var offset = 0L; await stream.ReadAtLeastAsync(buffer, MostPiece, false, context.CancellationToken) is > 0 and var read; offset += read)
            {
                await responseStream.WriteAsync(
                    new FilePiece
                    {
                        JobId = job.Id,
                        Name = file.Name,
                        Offset = offset,
                        Content = ByteString.CopyFrom(buffer, 0, read),
                    },
                    context.CancellationToken);
            }
        }
    }

    /// <inheritdoc />
    public override async Task<TrainingJob> Get(TrainingJobRequest request, ServerCallContext context) =>
        View(await FindAsync(request.JobId, context.CancellationToken));

    private async Task<TrainingJobRecord> FindAsync(string jobId, CancellationToken cancellationToken) =>
        await jobs.FindAsync(jobId, cancellationToken) ?? throw Missing(jobId);

    private static string Said(TrainingJobStatus status) => status.ToString().ToLowerInvariant();

    private static string Shown(string text) =>
        (text.Length <= 80 ? text : text[..80] + "…").ReplaceLineEndings(" ");

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
