namespace Sgasa.Synthesizer;

/// <summary>What the synthesizer logs: ids and figures, never texts.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information,
        "Guideline {GuidelineId}: verified {Verified}, score {Score:F2}, {Tokens} tokens")]
    public static partial void GuidelineSynthesized(
        this ILogger logger, string guidelineId, bool verified, double score, long tokens);

    [LoggerMessage(2, LogLevel.Information, "Round {RoundId}: {Work} was done before; its answer is published again")]
    public static partial void WorkRepeated(this ILogger logger, string roundId, string work);
}
