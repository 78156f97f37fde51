using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Sgasa.Hosting.Telemetry;

/// <summary>How long messages wait and take, and how many are tried again or given up.</summary>
internal static class MessageMetrics
{
    private static readonly Histogram<double> Duration = SgasaTelemetry.Meter.CreateHistogram(
        "messaging.process.duration", "s", "Time that a try at a message took, by its kind and outcome.",
        tags: null, SgasaTelemetry.Seconds);

    private static readonly Histogram<double> QueueTime = SgasaTelemetry.Meter.CreateHistogram(
        "sgasa.message.queue.duration", "s", "Time from a message's sending to its first try.",
        tags: null, SgasaTelemetry.Seconds);

    private static readonly Counter<long> Retries = SgasaTelemetry.Meter.CreateCounter<long>(
        "sgasa.message.retries", "{retry}", "Tries after the first one.");

    private static readonly Counter<long> Faults = SgasaTelemetry.Meter.CreateCounter<long>(
        "sgasa.message.faults", "{message}", "Messages that were given up.");

    /// <summary>Counts a message's way through its queue; clocks of two machines may differ a little.</summary>
    public static void Waited(MessageDelivery delivery, TimeSpan time) =>
        QueueTime.Record(Math.Max(0, time.TotalSeconds), TagsOf(delivery));

    /// <summary>Counts a try that ended.</summary>
    public static void Processed(MessageDelivery delivery, TimeSpan time, Exception? fault)
    {
        var tags = TagsOf(delivery);
        tags.Add("sgasa.work.outcome", Outcome(fault));
        if (fault is not null) tags.Add("error.type", fault.GetType().FullName);
        Duration.Record(time.TotalSeconds, tags);
        if (delivery.Attempt > 0) Retries.Add(1, TagsOf(delivery));
    }

    /// <summary>Counts a message that goes to the error queue.</summary>
    public static void GivenUp(string queue, Exception fault) => Faults.Add(1, QueueTags(queue, fault));

    private static string Outcome(Exception? fault) =>
        fault is null ? "done" : TransientFaults.IsTransient(fault) ? "transient_fault" : "permanent_fault";

    private static TagList TagsOf(MessageDelivery delivery) => new()
    {
        { "messaging.system", delivery.System },
        { "messaging.destination.name", delivery.Queue },
        { "messaging.operation.name", "process" },
        { "sgasa.work.kind", delivery.Kind },
    };

    private static TagList QueueTags(string queue, Exception fault) => new()
    {
        { "messaging.destination.name", queue },
        { "error.type", fault.GetType().FullName },
    };
}
