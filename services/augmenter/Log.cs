using Sgasa.Contracts;

namespace Sgasa.Augmenter;

/// <summary>What the augmenter logs: ids and counts, never texts.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information,
        "Round {RoundId}: {Label} prompts, batch {Batch}: {Accepted} of {Requested} accepted, {Tokens} tokens")]
    public static partial void PromptsAugmented(
        this ILogger logger, string roundId, Label label, int batch, int accepted, int requested, long tokens);

    [LoggerMessage(2, LogLevel.Information,
        "Round {RoundId}: {Stage} pairs, {Label}, batch {Batch}: {Pairs} from {Prompts} prompts, {Tokens} tokens")]
    public static partial void PairsBuilt(
        this ILogger logger, string roundId, Stage stage, Label label, int batch, int pairs, int prompts, long tokens);

    [LoggerMessage(3, LogLevel.Information, "Round {RoundId}: {Work} was done before; its answer is published again")]
    public static partial void WorkRepeated(this ILogger logger, string roundId, string work);
}
