using System.Collections.Concurrent;
using System.Diagnostics;
using Sgasa.Hosting.Telemetry;

namespace Sgasa.Hosting.Tests.Telemetry;

/// <summary>The spans of one round, as they end; other tests make theirs at the same time.</summary>
internal static class Spans
{
    public static ActivityListener Listen(string roundId, out ConcurrentQueue<Activity> spans)
    {
        var (ended, trace) = (new ConcurrentQueue<Activity>(), RoundTrace.ContextOf(roundId).TraceId);
        spans = ended;
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is SgasaTelemetry.Name or SgasaTelemetry.MassTransitName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.TraceId == trace) ended.Enqueue(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
