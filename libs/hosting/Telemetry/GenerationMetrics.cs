using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Sgasa.Hosting.Telemetry;

/// <summary>What a model server of this system generates, and how fast; its callers' side is measured by their clients.</summary>
public static class GenerationMetrics
{
    private static readonly Counter<long> Tokens = SgasaTelemetry.Meter.CreateCounter<long>(
        "sgasa.generation.tokens",
        "{token}",
        "Tokens of prompts read and of responses generated; its rate is tokens per second.");

    private static readonly Histogram<double> Duration = SgasaTelemetry.Meter.CreateHistogram(
        "gen_ai.server.request.duration", "s", "Time from a request to its whole response, queueing included.",
        tags: null, SgasaTelemetry.Seconds);

    private static readonly Histogram<double> TimePerToken = SgasaTelemetry.Meter.CreateHistogram<double>(
        "gen_ai.server.time_per_output_token", "s", "A response's time by its tokens.",
        tags: null,
        new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
        });

    /// <summary>Counts a response.</summary>
    /// <param name="model">The base model's name.</param>
    /// <param name="promptTokens">Tokens of the prompt.</param>
    /// <param name="completionTokens">Tokens of the response.</param>
    /// <param name="time">From the request to the whole response.</param>
    public static void Answered(string model, int promptTokens, int completionTokens, TimeSpan time)
    {
        var tags = new TagList { { "gen_ai.operation.name", "chat" }, { "gen_ai.request.model", model } };
        Duration.Record(time.TotalSeconds, tags);
        if (completionTokens > 0) TimePerToken.Record(time.TotalSeconds / completionTokens, tags);
        Tokens.Add(promptTokens, [.. tags, new("gen_ai.token.type", "input")]);
        Tokens.Add(completionTokens, [.. tags, new("gen_ai.token.type", "output")]);
    }
}
