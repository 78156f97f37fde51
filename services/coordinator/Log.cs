using Sgasa.Coordinator.Rounds;

namespace Sgasa.Coordinator;

/// <summary>Everything this service logs: ids and counts, never prompt text.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Round {RoundId} started.")]
    public static partial void RoundStarted(this ILogger logger, string roundId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Round {RoundId} goes on: {Commands} commands sent again.")]
    public static partial void RoundResumed(this ILogger logger, string roundId, int commands);

    [LoggerMessage(Level = LogLevel.Information, Message = "Round {RoundId} {Outcome} {CheckpointId}: {Reason}")]
    public static partial void RoundCompleted(
        this ILogger logger, string roundId, string outcome, string? checkpointId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Round {RoundId} is {Status}: {Reason}")]
    public static partial void RoundEnded(this ILogger logger, string roundId, RoundStatus status, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An event names round {RoundId}, which is not in the store.")]
    public static partial void RoundUnknown(this ILogger logger, string roundId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Log {LogId} taken in: {Harmful} harmful, {Benign} benign prompts.")]
    public static partial void LogTaken(this ILogger logger, string logId, int harmful, int benign);

    [LoggerMessage(Level = LogLevel.Error, Message = "A request failed: {Method} {Endpoint}.")]
    public static partial void RequestFailed(this ILogger logger, Exception fault, string method, string endpoint);

    [LoggerMessage(Level = LogLevel.Information, Message = "A bearer token was refused: {Fault}.")]
    public static partial void TokenRefused(this ILogger logger, string fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The issuer of bearer tokens does not answer.")]
    public static partial void IssuerUnreachable(this ILogger logger, Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Round {RoundId} could not be looked at: {Fault}.")]
    public static partial void RoundNotSeen(this ILogger logger, string roundId, string fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The running rounds could not be looked at, and will be soon: {Fault}.")]
    public static partial void RoundsOutOfReach(this ILogger logger, string fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "Round {RoundId} could not be taken up again: {Fault}.")]
    public static partial void RoundNotResumed(this ILogger logger, string roundId, string fault);
}
