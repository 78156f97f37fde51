using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Sgasa.Hosting.Telemetry;

namespace Sgasa.Hosting.Tests.Telemetry;

/// <summary>What is measured while it lives, of all tests that run meanwhile.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Name, double Value, Dictionary<string, object?> Tags)> _taken = new();

    public Measurements()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == SgasaTelemetry.Name) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Take(i, value, tags));
        _listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Take(i, value, tags));
        _listener.Start();
    }

    /// <summary>The values of an instrument that carry a tag.</summary>
    public IReadOnlyList<double> Of(string name, string tag, string value) =>
        [.. _taken.Where(m => m.Name == name && Equals(m.Tags.GetValueOrDefault(tag), value)).Select(m => m.Value)];

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _taken.Enqueue((instrument.Name, value, tags.ToArray().ToDictionary()));
}
