using System.Diagnostics;
using System.Diagnostics.Metrics;
using Sgasa.Contracts.Messages;

namespace Sgasa.Hosting.Telemetry;

/// <summary>What rounds yield, and how long they take. A rate of acceptance is accepted by the sum of both outcomes.</summary>
public static class RoundMetrics
{
    private const string Outcome = "sgasa.outcome";
    private const string Label = "sgasa.label";
    private const string Stage = "sgasa.stage";

    private static readonly Counter<long> Guidelines = SgasaTelemetry.Meter.CreateCounter<long>(
        "sgasa.guidelines", "{guideline}", "Attempts at a guideline: verified or rejected.");

    private static readonly Counter<long> Prompts = SgasaTelemetry.Meter.CreateCounter<long>(
        "sgasa.prompts", "{prompt}", "Prompts that the model was asked to write: accepted or rejected by the filters.");

    private static readonly Counter<long> Pairs = SgasaTelemetry.Meter.CreateCounter<long>(
        "sgasa.pairs", "{prompt}", "Prompts that training pairs were sought for: built or none.");

    private static readonly Counter<long> Tokens = SgasaTelemetry.Meter.CreateCounter<long>(
        "sgasa.work.tokens", "{token}", "Tokens generated for work that is done, by kind of work.");

    private static readonly Histogram<double> Duration = SgasaTelemetry.Meter.CreateHistogram(
        "sgasa.round.duration", "s", "Time from a round's creation to its end, pauses included.",
        tags: null, SgasaTelemetry.Seconds);

    private static readonly Gauge<double> Loss = SgasaTelemetry.Meter.CreateGauge<double>(
        "sgasa.training.loss", "1", "Loss of the last step reported.");

    private static readonly Gauge<long> Step = SgasaTelemetry.Meter.CreateGauge<long>(
        "sgasa.training.step", "{step}", "Optimizer steps taken of the training that runs.");

    private static readonly Gauge<double> Speed = SgasaTelemetry.Meter.CreateGauge<double>(
        "sgasa.training.token.rate", "{token}/s", "Tokens through the model in a second of training, padding not counted.");

    /// <summary>Counts what a training reports.</summary>
    public static void Trained(TrainingProgressed progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var stage = new KeyValuePair<string, object?>(Stage, Word(progress.Stage));
        Loss.Record(progress.Loss, stage);
        Step.Record(progress.Step, stage);
        Speed.Record(progress.TokensPerSecond, stage);
    }

    /// <summary>Counts what an event tells.</summary>
    internal static void Heard(object message)
    {
        if (message is IRoundAnswer { Tokens: > 0 } answer && RoundMessages.CommandOf(message.GetType()) is { } command)
            Tokens.Add(answer.Tokens, new TagList { { "sgasa.work.kind", command.Name } });

        switch (message)
        {
            case GuidelineSynthesized m:
                Guidelines.Add(1, new TagList { { Outcome, m.Verified ? "verified" : "rejected" } });
                break;
            case PromptAugmented m:
                var label = Word(m.Label);
                Prompts.Add(m.Accepted.Count, new TagList { { Outcome, "accepted" }, { Label, label } });
                Prompts.Add(
                    Math.Max(0, m.Requested - m.Accepted.Count), new TagList { { Outcome, "rejected" }, { Label, label } });
                break;
            case PairBuilt m:
                CountPairs(m);
                break;
        }
    }

    /// <summary>Counts a round that came to its end.</summary>
    internal static void Ended(TimeSpan time, string status) =>
        Duration.Record(time.TotalSeconds, new TagList { { "sgasa.round.status", status } });

    private static void CountPairs(PairBuilt built)
    {
        var (stage, label) = (Word(built.Stage), Word(built.Label));
        Pairs.Add(built.PairIds.Count, new TagList { { Outcome, "built" }, { Stage, stage }, { Label, label } });
        Pairs.Add(
            Math.Max(0, built.Prompts - built.PairIds.Count),
            new TagList { { Outcome, "none" }, { Stage, stage }, { Label, label } });
    }

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
