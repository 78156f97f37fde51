using Microsoft.Extensions.Logging;

namespace Sgasa.Cli.Embedding;

/// <summary>Everything this project logs.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Critical, Message = "The command failed.")]
    public static partial void CommandFailed(this ILogger logger, Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The services did not stop in time.")]
    public static partial void StoppedLate(this ILogger logger, Exception fault);
}
