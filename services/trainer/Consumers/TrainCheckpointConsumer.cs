using MassTransit;
using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting;
using Sgasa.Trainer.Jobs;

namespace Sgasa.Trainer.Consumers;

/// <summary>
/// Stores the training job that a round asks for; the runner trains it after the message is acknowledged.
/// </summary>
public sealed class TrainCheckpointConsumer(
    RoundSpecifications rounds,
    ITrainingSessions sessions,
    TrainingJobIntake intake,
    TrainingEvents events,
    TrainingDataLoader loader,
    ILogger<TrainCheckpointConsumer> logger) : IConsumer<TrainCheckpoint>
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<TrainCheckpoint> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (command, ct) = (context.Message, context.CancellationToken);
        var round = await rounds.GetAsync(command.RoundId, ct);
        var specification = new TrainingSpecification
        {
            RoundId = command.RoundId,
            Stage = command.Stage,
            ParentCheckpointId = command.Stage == Stage.Dpo
                ? ArtifactIds.Checkpoint(command.RoundId, Stage.Sft)
                : round.ParentCheckpointId,
            Recipe = round.Recipe,
            Seed = round.Seed,
            PairIds = [.. command.PairIds.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        };
        if (await ReasonAgainstAsync(round, specification, ct) is { } reason)
        {
            logger.CommandRefused(command.RoundId, command.Stage, reason);
            await events.FailedAsync(command.RoundId, command.Stage, reason, ct);
            return;
        }

        var job = await intake.SubmitAsync(ArtifactIds.Checkpoint(command.RoundId, command.Stage), specification, ct);
        // A repeated command for a job that has ended repeats its answer, and not the work.
        await events.EndedAsync(job, ct);
        logger.JobStored(job.Id, specification.PairIds.Count, job.Status);
    }

    private async Task<string?> ReasonAgainstAsync(
        RoundSpecification round, TrainingSpecification specification, CancellationToken cancellationToken)
    {
        var baseModel = await sessions.BaseModelAsync(cancellationToken);
        if (round.BaseModel != baseModel)
            return $"The round was made for base model {round.BaseModel}, but this trainer runs {baseModel}; "
                + "start the trainer with the round's model folder.";
        if (specification.PairIds.Count == 0)
            return $"There are no {specification.Stage} pairs to train on; start a round with more prompts.";
        try
        {
            await loader.LoadAsync(specification, cancellationToken);
            return null;
        }
        catch (ArtifactNotFoundException missing)
        {
            return missing.Message;
        }
    }
}
