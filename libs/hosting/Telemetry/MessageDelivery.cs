namespace Sgasa.Hosting.Telemetry;

/// <summary>A try at a message.</summary>
/// <param name="Kind">The message's name.</param>
/// <param name="Queue">The queue that it came from.</param>
/// <param name="System">What carried it, in OpenTelemetry's words.</param>
/// <param name="Attempt">Tries before this one.</param>
internal readonly record struct MessageDelivery(string Kind, string Queue, string System, int Attempt);
