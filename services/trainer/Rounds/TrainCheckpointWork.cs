using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting.Work;
using Sgasa.Trainer.Jobs;
using Sgasa.Trainer.Specifications;
using Sgasa.Trainer.Trainings;

namespace Sgasa.Trainer.Rounds;

/// <summary>
/// Stores the training job that a round asks for; the runner trains it after the message is acknowledged, and tells what
/// became of it.
/// </summary>
public sealed class TrainCheckpointWork(
    ITrainings trainings,
    TrainingJobIntake intake,
    TrainingEvents events,
    TrainingDataLoader loader,
    ILogger<TrainCheckpointWork> logger) : IRoundWork<TrainCheckpoint, CheckpointReady>
{
    /// <inheritdoc />
    public async Task<WorkDone<CheckpointReady>> DoAsync(
        RoundSpecification round, TrainCheckpoint command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(round);
        ArgumentNullException.ThrowIfNull(command);
        var jobId = ArtifactIds.Checkpoint(command.RoundId, command.Stage);
        var parent = command.Stage == Stage.Dpo
            ? ArtifactIds.Checkpoint(command.RoundId, Stage.Sft)
            : round.ParentCheckpointId;
        var specification = TrainingSpecification.OfRound(
            jobId, command.RoundId, command.Stage, parent, round.Recipe, round.Seed, command.PairIds);
        if (await ReasonAgainstAsync(round, jobId, specification, cancellationToken) is { } reason)
        {
            logger.CommandRefused(command.RoundId, command.Stage, reason);
            await events.FailedAsync(command.RoundId, command.Stage, reason, cancellationToken);
            return WorkDone.AnsweredLater<CheckpointReady>("refused");
        }

        var job = await intake.SubmitAgainAsync(jobId, specification, cancellationToken);
        // A repeated command for a job that is done repeats its answer, and not the work.
        await events.EndedAsync(job, cancellationToken);
        return WorkDone.AnsweredLater<CheckpointReady>($"training job of {specification.PairIds.Count} pairs, {job.Status}");
    }

    private async Task<string?> ReasonAgainstAsync(
        RoundSpecification round, string jobId, TrainingSpecification specification, CancellationToken cancellationToken)
    {
        var baseModel = await trainings.BaseModelAsync(cancellationToken);
        if (round.BaseModel != baseModel)
            return $"The round was made for base model {round.BaseModel}, but this trainer runs {baseModel}; "
                + "start the trainer with the round's model folder.";
        if (specification.PairIds.Count == 0)
            return $"There are no {specification.Stage} pairs to train on; start a round with more prompts.";
        try
        {
            await loader.LoadAsync(jobId, specification, cancellationToken);
            return null;
        }
        catch (ArtifactNotFoundException missing)
        {
            return missing.Message;
        }
    }
}
