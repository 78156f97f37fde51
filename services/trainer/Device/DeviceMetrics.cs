using System.Diagnostics.Metrics;

namespace Sgasa.Trainer.Device;

/// <summary>How long the device was at work, and at what: the rest of a round's time is overhead, or nobody asked.</summary>
public static class DeviceMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Sgasa.Trainer";

    /// <summary>
    /// Seconds of work, with the tag <c>kind</c>: <c>generation</c>, <c>training</c>, or <c>errand</c> for loading and submitting.
    /// </summary>
    public const string BusyTimeName = "sgasa.device.busy_time";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<double> BusyTime = Meter.CreateCounter<double>(
        BusyTimeName, "s", "Time in which the device thread was at work.");

    private static readonly KeyValuePair<string, object?> GenerationKind = new("kind", "generation");
    private static readonly KeyValuePair<string, object?> TrainingKind = new("kind", "training");
    private static readonly KeyValuePair<string, object?> ErrandKind = new("kind", "errand");

    internal static void Generated(TimeSpan time) => BusyTime.Add(time.TotalSeconds, GenerationKind);

    internal static void Trained(TimeSpan time) => BusyTime.Add(time.TotalSeconds, TrainingKind);

    internal static void Served(TimeSpan time) => BusyTime.Add(time.TotalSeconds, ErrandKind);
}
