using Microsoft.Extensions.Logging;

namespace Sgasa.Hosting;

/// <summary>Everything this project logs: ids and counts, never prompt text.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Error, Message = "{Work} of round {RoundId} was given up: {Fault}")]
    public static partial void WorkGivenUp(this ILogger logger, string work, string roundId, string fault);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Work} of round {RoundId} is done in {Seconds:F1} s: {Outcome}")]
    public static partial void WorkDone(this ILogger logger, string work, string roundId, double seconds, string outcome);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Work} of round {RoundId} was done before; its answer is published again")]
    public static partial void WorkRepeated(this ILogger logger, string work, string roundId);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Work} of round {RoundId} is passed over: the round is {Status}")]
    public static partial void WorkPassedOver(this ILogger logger, string work, string roundId, string status);

    [LoggerMessage(Level = LogLevel.Error, Message = "A message of {Queue} was given up: {Fault}")]
    public static partial void MessageGivenUp(this ILogger logger, string queue, string fault);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "A message of {Queue} waits for delayed retry {Retry} of {Retries} in {Delay}: {Fault}")]
    public static partial void RetryDelayed(
        this ILogger logger, string queue, int retry, int retries, TimeSpan delay, string fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database can't be reached ({Fault}).")]
    public static partial void DatabaseUnreachable(this ILogger logger, string fault);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The model at {Address} can't be reached ({Fault}).")]
    public static partial void ModelUnreachable(this ILogger logger, string address, Type fault);
}
