using System.Net.Sockets;
using System.Text;
using Grpc.Net.Client;

namespace Sgasa.Hosting.Models;

/// <summary>Reaches the trainer's gRPC services over TCP or a Unix domain socket.</summary>
public static class TrainerAddress
{
    /// <summary>Largest message either way: a batch of long prompts is far below.</summary>
    public const int MaxMessageBytes = 64 * 1024 * 1024;

    private const string UnixScheme = "unix:";
    private const int MaxSocketPathBytes = 107;

    /// <summary>What is wrong with an address, in words that follow its name; null for a right one.</summary>
    public static string? Fault(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (SocketPath(address) is { } path)
        {
            if (!Path.IsPathRooted(path))
                return $"'{address}' names no absolute path after '{UnixScheme}'.";
            if (Encoding.UTF8.GetByteCount(path) > MaxSocketPathBytes)
                return $"'{address}' is too long for a socket ({MaxSocketPathBytes} bytes): use a shorter folder.";
            return null;
        }

        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https")
            ? null
            : $"'{address}' is neither http://host:port nor unix:/path/to.sock.";
    }

    /// <summary>A channel to that address; it connects when it is first used.</summary>
    /// <exception cref="ArgumentException">The address is wrong, see <see cref="Fault"/>.</exception>
    public static GrpcChannel Connect(string address)
    {
        if (Fault(address) is { } fault)
            throw new ArgumentException("The trainer's address " + fault, nameof(address));

        var handler = new SocketsHttpHandler
        {
            // A connection carries about a hundred calls at a time; a wave of prompts is more.
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            KeepAlivePingDelay = TimeSpan.FromSeconds(60),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(30),
        };
        var path = SocketPath(address);
        if (path is not null)
            handler.ConnectCallback = (_, cancellationToken) => ConnectSocketAsync(path, cancellationToken);
        var options = new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = MaxMessageBytes,
            MaxSendMessageSize = MaxMessageBytes,
        };
        return GrpcChannel.ForAddress(path is null ? address : "http://localhost", options);
    }

    private static string? SocketPath(string address) =>
        address.StartsWith(UnixScheme, StringComparison.Ordinal) ? address[UnixScheme.Length..] : null;

    private static async ValueTask<Stream> ConnectSocketAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
