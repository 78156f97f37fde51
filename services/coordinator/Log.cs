namespace Sgasa.Coordinator;

/// <summary>Everything this service logs: ids and counts, never prompt text.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Round {RoundId} started.")]
    public static partial void RoundStarted(this ILogger logger, string roundId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Round {RoundId} goes on: {Commands} commands sent again.")]
    public static partial void RoundResumed(this ILogger logger, string roundId, int commands);

    [LoggerMessage(Level = LogLevel.Information, Message = "Round {RoundId} promoted {CheckpointId}.")]
    public static partial void CandidatePromoted(this ILogger logger, string roundId, string checkpointId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Round {RoundId} rejected {CheckpointId}: {Reason}")]
    public static partial void CandidateRejected(this ILogger logger, string roundId, string checkpointId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Round {RoundId} failed: {Reason}")]
    public static partial void RoundFailed(this ILogger logger, string roundId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An event names round {RoundId}, which is not in the store.")]
    public static partial void RoundUnknown(this ILogger logger, string roundId);
}
