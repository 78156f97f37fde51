using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting.Bus;
using Sgasa.Hosting.Telemetry;
using Sgasa.Trainer.Specifications;

namespace Sgasa.Trainer.Jobs;

/// <summary>
/// Tells the bus what became of a round's jobs. A job outside a round, and a host without a bus, have none to tell.
/// </summary>
public sealed class TrainingEvents(IServiceProvider services)
{
    /// <summary>The reason given for a job that was stopped for good.</summary>
    public const string CancelledReason = "The training job was cancelled; start the round again to train it.";

    private readonly IMessageSender? _sender = services.GetService<IMessageSender>();

    /// <summary>Publishes the event that an ended job calls for; a job still under way calls for none.</summary>
    public Task EndedAsync(TrainingJobRecord job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        var (roundId, stage) = Place(job);
        return job.Status switch
        {
            TrainingJobStatus.Completed => ReadyAsync(roundId, stage, job.Id, cancellationToken),
            TrainingJobStatus.Failed => FailedAsync(roundId, stage, job.Error, cancellationToken),
            TrainingJobStatus.Cancelled => FailedAsync(roundId, stage, CancelledReason, cancellationToken),
            _ => Task.CompletedTask,
        };
    }

    /// <summary>Publishes how far a job has come.</summary>
    public Task ProgressedAsync(TrainingJobRecord job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        var (roundId, stage) = Place(job);
        var progress = new TrainingProgressed
        {
            RoundId = roundId,
            Stage = stage,
            Step = job.Step,
            Steps = job.Steps,
            Loss = job.Loss,
            TokensPerSecond = job.TokensPerSecond,
        };
        RoundMetrics.Trained(progress);
        return PublishAsync(roundId, progress, cancellationToken);
    }

    /// <summary>Publishes that a training ended without a checkpoint.</summary>
    public Task FailedAsync(string roundId, Stage stage, string reason, CancellationToken cancellationToken) =>
        PublishAsync(
            roundId, new TrainingFailed { RoundId = roundId, Stage = stage, Reason = reason }, cancellationToken);

    private Task ReadyAsync(string roundId, Stage stage, string checkpointId, CancellationToken cancellationToken) =>
        PublishAsync(
            roundId,
            new CheckpointReady { RoundId = roundId, Stage = stage, CheckpointId = checkpointId },
            cancellationToken);

    private async Task PublishAsync<T>(string roundId, T message, CancellationToken cancellationToken) where T : class
    {
        if (_sender is not null && roundId.Length > 0) await _sender.DispatchAsync(message, cancellationToken);
    }

    private static (string RoundId, Stage Stage) Place(TrainingJobRecord job)
    {
        var specification = TrainingSpecification.Of(job);
        return (specification.RoundId, specification.Stage);
    }
}
