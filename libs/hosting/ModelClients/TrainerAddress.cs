using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Grpc.Net.Client;
using Sgasa.Contracts;
using Sgasa.Hosting.Security;

namespace Sgasa.Hosting.ModelClients;

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
    /// <param name="address">The address.</param>
    /// <param name="security">What a trainer behind TCP asks for; a socket's folder says itself who may call.</param>
    /// <exception cref="ArgumentException">The address is wrong, see <see cref="Fault"/>.</exception>
    /// <exception cref="UserErrorException">A certificate can't be used.</exception>
    public static GrpcChannel Connect(string address, SecurityOptions? security = null)
    {
        var options = new GrpcChannelOptions
        {
            HttpHandler = Handler(address, security),
            DisposeHttpClient = true,
            MaxReceiveMessageSize = MaxMessageBytes,
            MaxSendMessageSize = MaxMessageBytes,
        };
        return GrpcChannel.ForAddress(Root(address), options);
    }

    /// <summary>What requests to that address are made to, whatever they are sent through.</summary>
    public static Uri Root(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new Uri(SocketPath(address) is null ? address : "http://localhost");
    }

    /// <summary>The way to that address for HTTP/2; it connects when it is first used.</summary>
    /// <param name="address">The address.</param>
    /// <param name="security">What a trainer behind TCP asks for; a socket's folder says itself who may call.</param>
    /// <exception cref="ArgumentException">The address is wrong, see <see cref="Fault"/>.</exception>
    /// <exception cref="UserErrorException">A certificate can't be used.</exception>
    public static HttpMessageHandler Handler(string address, SecurityOptions? security)
    {
        if (Fault(address) is { } fault)
            throw new ArgumentException("The trainer's address " + fault, nameof(address));

        var handler = new SocketsHttpHandler
        {
            // A connection carries about a hundred calls at a time; a wave of prompts is more.
            EnableMultipleHttp2Connections = true,
            AllowAutoRedirect = false,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            KeepAlivePingDelay = TimeSpan.FromSeconds(60),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(30),
        };
        var path = SocketPath(address);
        if (path is not null)
            handler.ConnectCallback = (_, cancellationToken) => ConnectSocketAsync(path, cancellationToken);
        else if (security is not null)
            UseCertificates(handler.SslOptions, security.Tls);
        return path is null && security is { SharedSecret.Length: > 0 }
            ? new SharedSecretHandler(handler, security.SharedSecret)
            : handler;
    }

    private static void UseCertificates(SslClientAuthenticationOptions ssl, TlsOptions tls)
    {
        if (tls.CaFile.Length > 0) ssl.RemoteCertificateValidationCallback = Certificates.ServerOf(Certificates.Authorities(tls));
        if (tls.CertificateFile.Length > 0) ssl.ClientCertificateContext = Certificates.Read(tls);
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
