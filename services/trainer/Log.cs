using Sgasa.Contracts;

namespace Sgasa.Trainer;

/// <summary>All that the trainer logs: ids and figures, never texts.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information,
        "Loaded {Model} on {Device}: {Parameters} parameters, context {Context}, fingerprint {Fingerprint}")]
    public static partial void ModelLoaded(
        this ILogger logger, string model, string device, long parameters, int context, string fingerprint);

    [LoggerMessage(2, LogLevel.Debug, "Loaded the adapter in {Folder}")]
    public static partial void AdapterLoaded(this ILogger logger, string folder);

    [LoggerMessage(4, LogLevel.Error, "A generation step failed; the requests it was for end with it")]
    public static partial void GenerationFaulted(this ILogger logger, Exception fault);

    [LoggerMessage(11, LogLevel.Warning, "Round {RoundId}: no {Stage} training: {Reason}")]
    public static partial void CommandRefused(this ILogger logger, string roundId, Stage stage, string reason);

    [LoggerMessage(12, LogLevel.Information,
        "Training job {JobId} ({Stage}) goes on from step {Step} of {Steps} with {Examples} examples, "
        + "{TooLong} too long and left out")]
    public static partial void JobStarted(
        this ILogger logger, string jobId, Stage stage, int step, int steps, int examples, int tooLong);

    [LoggerMessage(13, LogLevel.Information, "Training job {JobId} is done after {Steps} steps, final loss {Loss:F4}")]
    public static partial void JobCompleted(this ILogger logger, string jobId, int steps, double loss);

    [LoggerMessage(14, LogLevel.Error, "Training job {JobId} failed: {Reason}")]
    public static partial void JobFailed(this ILogger logger, Exception? fault, string jobId, string reason);

    [LoggerMessage(15, LogLevel.Information,
        "Training job {JobId} is laid down, last reported at step {Step}; its state is saved")]
    public static partial void JobSuspended(this ILogger logger, string jobId, int step);

    [LoggerMessage(16, LogLevel.Warning,
        "Training job {JobId} was cancelled or taken over, last reported at step {Step}")]
    public static partial void LeaseLost(this ILogger logger, string jobId, int step);

    [LoggerMessage(17, LogLevel.Warning, "The progress of training job {JobId} could not be published")]
    public static partial void ProgressNotPublished(this ILogger logger, Exception fault, string jobId);

    [LoggerMessage(18, LogLevel.Error, "The job runner met a fault of the store or the bus; it tries again in {Delay}")]
    public static partial void RunnerFaulted(this ILogger logger, Exception fault, TimeSpan delay);

    [LoggerMessage(19, LogLevel.Warning,
        "The saved state of training job {JobId} can't be used; the training begins again")]
    public static partial void StateUnusable(this ILogger logger, Exception fault, string jobId);

    [LoggerMessage(21, LogLevel.Information, "The adapter of {CheckpointId} was brought from the file store")]
    public static partial void AdapterFetched(this ILogger logger, string checkpointId);

    [LoggerMessage(22, LogLevel.Information, "The state {State} of training job {JobId} was brought from the file store")]
    public static partial void StateFetched(this ILogger logger, string state, string jobId);

    [LoggerMessage(23, LogLevel.Warning, "The stored state {State} of training job {JobId} is damaged and left out")]
    public static partial void StateDamaged(this ILogger logger, Exception fault, string state, string jobId);

    [LoggerMessage(24, LogLevel.Information, "Training job {JobId} is left aside: its round does not ask for it")]
    public static partial void JobNotWanted(this ILogger logger, string jobId);

    [LoggerMessage(30, LogLevel.Error, "{Method} failed")]
    public static partial void CallFailed(this ILogger logger, Exception fault, string method);
}
