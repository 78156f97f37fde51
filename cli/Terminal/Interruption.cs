using System.Runtime.InteropServices;

namespace Sgasa.Cli.Terminal;

/// <summary>
/// Turns Ctrl-C and the like into a cancellation: the first one asks for an orderly stop, the second ends the process at
/// once. What is in the store survives both.
/// </summary>
public sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _signals = [];
    private int _asked;

    private Interruption()
    {
    }

    /// <summary>Cancelled when the user asks to stop.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Begins to listen.</summary>
    public static Interruption Listen()
    {
        var interruption = new Interruption();
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
            interruption._signals.Add(PosixSignalRegistration.Create(signal, interruption.Stop));
        return interruption;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
        _stop.Dispose();
    }

    private void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (Interlocked.Increment(ref _asked) == 1) _stop.Cancel();
        else Environment.Exit(ExitCodes.Interrupted);
    }
}
