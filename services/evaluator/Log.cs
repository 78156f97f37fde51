namespace Sgasa.Evaluator;

/// <summary>What the evaluator logs: ids and counts, never texts.</summary>
internal static partial class Log
{
    [LoggerMessage(3, LogLevel.Warning, "The judge failed {Attempts} times ({Fault}): {QuestionId} stays unscored")]
    public static partial void JudgeGaveUp(this ILogger logger, string questionId, int attempts, string fault);
}
