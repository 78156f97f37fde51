using Sgasa.Contracts;

namespace Sgasa.Evaluator;

/// <summary>What the evaluator logs: ids and counts, never texts.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information,
        "Round {RoundId}: {Method}, shard {Shard}: {Responses} responses judged, {Unscored} unscored, {Tokens} tokens")]
    public static partial void CheckpointEvaluated(
        this ILogger logger, string roundId, Method method, int shard, int responses, int unscored, long tokens);

    [LoggerMessage(2, LogLevel.Information, "Round {RoundId}: {Work} was done before; its answer is published again")]
    public static partial void WorkRepeated(this ILogger logger, string roundId, string work);

    [LoggerMessage(3, LogLevel.Warning, "The judge failed {Attempts} times ({Fault}): {QuestionId} stays unscored")]
    public static partial void JudgeGaveUp(this ILogger logger, string questionId, int attempts, string fault);
}
