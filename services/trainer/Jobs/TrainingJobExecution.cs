using Microsoft.Extensions.Options;
using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Modeling;
using Sgasa.Modeling.Training;
using Sgasa.Trainer.Checkpoints;
using Sgasa.Trainer.Device;
using Sgasa.Trainer.Specifications;
using Sgasa.Trainer.Trainings;

namespace Sgasa.Trainer.Jobs;

/// <summary>Trains one leased job from where it stands to its checkpoint, or to its failure.</summary>
public sealed class TrainingJobExecution(
    ITrainingJobStore jobs,
    IArtifactStore artifacts,
    TrainingDataLoader loader,
    ITrainings trainings,
    CheckpointWriter checkpoints,
    JobFolders folders,
    CheckpointArchive archive,
    TrainingEvents events,
    TrainingBoard board,
    DeviceWorker device,
    IOptions<TrainerOptions> options,
    TimeProvider time,
    ILogger<TrainingJobExecution> logger)
{
    /// <summary>
    /// Trains the job. Returns when it ended or its lease was lost. When <paramref name="stopping"/> asks to stop, its
    /// state is saved and its lease given back first. A fault of the store or the bus is thrown: the job did not
    /// cause it, and is taken up again.
    /// </summary>
    public async Task RunAsync(TrainingJobRecord job, CancellationToken stopping)
    {
        ArgumentNullException.ThrowIfNull(job);
        var lease = new JobLease(jobs, job, options.Value, time);
        try
        {
            await TrainAsync(lease, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            logger.JobSuspended(job.Id, lease.Job.Step);
            await jobs.ReleaseAsync(job.Id, options.Value.Owner, CancellationToken.None);
            throw;
        }
        catch (LeaseLostException)
        {
            logger.LeaseLost(job.Id, lease.Job.Step);
            var now = await jobs.FindAsync(job.Id, stopping);
            if (now?.Status == TrainingJobStatus.Cancelled) await archive.RemoveStateAsync(job.Id, stopping);
            else if (archive.IsShared) archive.RemoveStateHere(job.Id); // the other trainer's is in the store
        }
        catch (TrainingFailedException failure)
        {
            await FailAsync(lease, failure, stopping);
        }
        finally
        {
            board.Forget(job.Id);
        }
    }

    private async Task TrainAsync(JobLease lease, CancellationToken stopping)
    {
        using var abandoned = new CancellationTokenSource(); // what still waits or copies when the job is given up ends
        using var copying = CancellationTokenSource.CreateLinkedTokenSource(stopping, abandoned.Token);
        try
        {
            if (await MadeAsync(lease, copying.Token, stopping) is { } made)
                await CompleteAsync(lease, made, stopping);
            else
                await TrainAsync(lease, abandoned.Token, copying.Token, stopping);
        }
        finally
        {
            await abandoned.CancelAsync();
        }
    }

    /// <summary>The job's checkpoint, if a crash came between the checkpoint and the job's end.</summary>
    private async Task<Checkpoint?> MadeAsync(JobLease lease, CancellationToken copying, CancellationToken stopping)
    {
        if (await artifacts.FindAsync<Checkpoint>(lease.Job.Id, stopping) is not { } made) return null;
        await Copy(lease, archive.FetchAdapterAsync(made.Id, copying), stopping);
        return checkpoints.Exists(made) ? made : null;
    }

    private async Task TrainAsync(
        JobLease lease, CancellationToken abandoned, CancellationToken copying, CancellationToken stopping)
    {
        var job = lease.Job;
        var specification = TrainingSpecification.Of(job);
        var data = await LoadAsync(lease, specification, copying, stopping);
        await Copy(lease, archive.FetchStateAsync(job.Id, copying), stopping);
        await Copy(lease, archive.FetchAdapterAsync(specification.ParentCheckpointId ?? "", copying), stopping);
        var sets = await Work(lease, trainings.EncodeAsync(specification, data, copying), stopping);
        var run = await Work(
            lease,
            device.TrainAsync(
                () => trainings.Open(job.Id, specification, data, sets, folders.RunOf(job.Id)), abandoned),
            stopping);
        FineTuningResult result;
        try
        {
            logger.JobStarted(job.Id, specification.Stage, run.GlobalStep, run.MaxSteps, run.ExampleCount, run.Dropped);
            await StepsAsync(lease, run, abandoned, stopping);
            result = await Work(lease, device.TrainAsync(run.Finish, abandoned), stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await CheckpointAsync(lease, run, abandoned);
            throw;
        }
        finally
        {
            await device.RunAsync(run.Dispose, CancellationToken.None);
        }
        var baseModel = await trainings.BaseModelAsync(stopping);
        var checkpoint = await Work(
            lease, Task.Run(() => checkpoints.Write(job.Id, specification, data, baseModel, result), stopping), stopping);
        await Copy(lease, archive.PublishAdapterAsync(job.Id, copying), stopping);
        await artifacts.UpsertAsync(checkpoint, stopping);
        await CompleteAsync(lease, checkpoint, stopping);
    }

    private async Task<TrainingData> LoadAsync(
        JobLease lease, TrainingSpecification specification, CancellationToken copying, CancellationToken stopping)
    {
        try
        {
            return await lease.DuringAsync(loader.LoadAsync(lease.Job.Id, specification, copying), stopping);
        }
        catch (Exception fault) when (fault is ArtifactNotFoundException or InvalidDataException)
        {
            throw new TrainingFailedException(fault.Message, fault);
        }
    }

    private async Task StepsAsync(
        JobLease lease, IFineTuningRun run, CancellationToken abandoned, CancellationToken stopping)
    {
        var pace = new TrainingPace(time, run.GlobalStep);
        var reports = new ProgressReports(events.ProgressedAsync, time, logger);
        await lease.RenewAsync(lease.Job with { Step = run.GlobalStep, Steps = run.MaxSteps }, stopping);
        while (!run.IsOver)
        {
            stopping.ThrowIfCancellationRequested();
            var step = await Work(lease, device.TrainAsync(() => run.Step(CancellationToken.None), abandoned), stopping);
            pace.Took(step);
            if (pace.ReportIsDue(options.Value.ProgressInterval) || run.IsOver)
                await ReportAsync(lease, reports, pace, run, step, stopping);
            if (run.CheckpointStep == step.Step && !run.IsOver)
                await Copy(lease, archive.PublishStateAsync(lease.Job.Id, abandoned), CancellationToken.None);
        }
    }

    private async Task CheckpointAsync(JobLease lease, IFineTuningRun run, CancellationToken abandoned)
    {
        await Work(
            lease,
            device.TrainAsync(
                () =>
                {
                    run.Checkpoint();
                    return true;
                },
                abandoned),
            CancellationToken.None);
        await Copy(lease, archive.PublishStateAsync(lease.Job.Id, abandoned), CancellationToken.None);
    }

    private async Task ReportAsync(
        JobLease lease,
        ProgressReports reports,
        TrainingPace pace,
        IFineTuningRun run,
        StepMetrics step,
        CancellationToken stopping)
    {
        var progress = lease.Job with
        {
            Step = step.Step,
            Steps = run.MaxSteps,
            Loss = step.Loss,
            TokensPerSecond = pace.TokensPerSecond,
        };
        await lease.RenewAsync(progress, stopping);
        board.Report(progress.Id, new LiveFigures(FiguresOf(step, run), pace.SecondsLeft(step.Step, run.MaxSteps)));
        await reports.TellAsync(progress, stopping);
    }

    private static Dictionary<string, double> FiguresOf(StepMetrics step, IFineTuningRun run) => new(step.Means)
    {
        ["loss"] = step.Loss,
        ["grad_norm"] = step.GradNorm,
        ["learning_rate"] = step.LearningRate,
        ["epoch"] = step.Epoch,
        ["examples_left_out"] = run.Dropped,
    };

    private async Task CompleteAsync(JobLease lease, Checkpoint checkpoint, CancellationToken stopping)
    {
        var ended = lease.Job with
        {
            Status = TrainingJobStatus.Completed,
            Step = checkpoint.Steps,
            Steps = checkpoint.Steps,
            Error = "",
        };
        // Publish first: a crash before the job's end only publishes again.
        await events.EndedAsync(ended, stopping);
        // The checkpoint is there: whoever must end the job once more needs no state.
        await archive.RemoveStateAsync(ended.Id, stopping);
        await lease.CompleteAsync(ended, stopping);
        logger.JobCompleted(ended.Id, checkpoint.Steps, checkpoint.FinalLoss);
    }

    private async Task FailAsync(JobLease lease, TrainingFailedException failure, CancellationToken stopping)
    {
        var ended = lease.Job with { Status = TrainingJobStatus.Failed, Error = failure.Message };
        logger.JobFailed(failure.InnerException, ended.Id, failure.Message);
        await events.EndedAsync(ended, stopping);
        await lease.CompleteAsync(ended, stopping);
        await archive.RemoveStateAsync(ended.Id, stopping);
    }

    /// <summary>
    /// Awaits the job's own work, whose faults, unlike those of store and bus, are the job's failure.
    /// </summary>
    private static async Task<T> Work<T>(JobLease lease, Task<T> work, CancellationToken stopping)
    {
        try
        {
            return await lease.DuringAsync(work, stopping);
        }
        catch (Exception fault) when (work.IsFaulted
            && fault is not (OperationCanceledException or LeaseLostException or TrainingFailedException))
        {
            throw new TrainingFailedException(ReasonOf(fault), fault);
        }
    }

    /// <summary>
    /// Awaits copies between this trainer and the file store, whose faults are not the job's unless they stay.
    /// </summary>
    private static async Task Copy(JobLease lease, Task<bool> copy, CancellationToken stopping)
    {
        try
        {
            await lease.DuringAsync(copy, stopping);
        }
        catch (Exception fault) when (fault is UserErrorException or InvalidDataException)
        {
            throw new TrainingFailedException(fault.Message, fault);
        }
    }

    private static string ReasonOf(Exception fault) => fault switch
    {
        UserErrorException or ModelFormatException or TrainingFolderException or TrainingDivergedException => fault.Message,
        _ => $"Training stopped by an unexpected fault ({fault.GetType().Name}: {FirstLine(fault.Message)}); "
            + "see the trainer's log, mend the cause and start the round again.",
    };

    private static string FirstLine(string text) => text.AsSpan().EnumerateLines() is var lines && lines.MoveNext()
        ? lines.Current.TrimEnd('.').ToString()
        : "";
}
