using Microsoft.Extensions.Logging;

namespace Sgasa.Hosting;

/// <summary>Everything this project logs: ids and counts, never prompt text.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Error, Message = "{Work} of round {RoundId} was given up: {Fault}")]
    public static partial void WorkGivenUp(this ILogger logger, string work, string roundId, string fault);
}
