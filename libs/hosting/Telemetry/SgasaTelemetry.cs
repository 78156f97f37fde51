using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Sgasa.Hosting.Telemetry;

/// <summary>
/// The source of this system's spans and measurements. Names follow OpenTelemetry's semantic conventions where those have
/// one; what is this system's own begins with <c>sgasa.</c>. Ids, counts and durations, never prompt text.
/// </summary>
public static class SgasaTelemetry
{
    /// <summary>The name of the source and of the meter.</summary>
    public const string Name = "Sgasa";

    /// <summary>MassTransit's own source: sending, receiving, and the context that travels with a message.</summary>
    public const string MassTransitName = "MassTransit";

    /// <summary>The spans.</summary>
    internal static ActivitySource Spans { get; } = new(Name);

    /// <summary>The measurements.</summary>
    internal static Meter Meter { get; } = new(Name);

    /// <summary>Bounds for durations in seconds, from a message's to a round's.</summary>
    internal static InstrumentAdvice<double> Seconds { get; } = new()
    {
        HistogramBucketBoundaries =
            [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 14_400, 86_400],
    };
}
