using System.Net;
using System.Net.Sockets;

namespace Sgasa.Integration.Tests;

/// <summary>Ports for servers, from below those that the system gives to outgoing connections, which would take them.</summary>
internal static class Ports
{
    private const int First = 20_000, Count = 10_000;

    // Test projects that run at the same time begin at different ones.
    private static int _next = Environment.ProcessId * 37 % Count;

    /// <summary>A port that nobody listens on, and that nobody else here was given.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = First + (Interlocked.Increment(ref _next) % Count);
            try
            {
                using var listener = new TcpListener(IPAddress.Any, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }
}
