using System.Diagnostics.Metrics;
using Sgasa.Trainer.Device;

namespace Sgasa.Bench.Round;

/// <summary>Listens to how long the device is at work, from the first work on.</summary>
internal sealed class DeviceTime : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _turn = new();
    private readonly Dictionary<string, double> _seconds = new(StringComparer.Ordinal);

    public DeviceTime()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == DeviceMetrics.MeterName && instrument.Name == DeviceMetrics.BusyTimeName)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) => Add((string)tags[0].Value!, seconds));
        _listener.Start();
    }

    /// <summary>Seconds of work by kind so far.</summary>
    public IReadOnlyDictionary<string, double> Seconds
    {
        get
        {
            lock (_turn) return new Dictionary<string, double>(_seconds, StringComparer.Ordinal);
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Add(string kind, double seconds)
    {
        lock (_turn) _seconds[kind] = _seconds.GetValueOrDefault(kind) + seconds;
    }
}
