using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Sgasa.Contracts;
using Sgasa.Hosting.ModelClients;
using Sgasa.Hosting.Security;

namespace Sgasa.Trainer;

/// <summary>Where the trainer serves gRPC, and to whom.</summary>
public static class TrainerListening
{
    private const string UnixScheme = "unix:";
    private const string Listen = $"{TrainerOptions.Section}:{nameof(TrainerOptions.Listen)}";
    private const string Tls = $"{SecurityOptions.Section}:{nameof(SecurityOptions.Tls)}";

    /// <summary>
    /// Lets Kestrel serve gRPC (HTTP/2) at an address: <c>unix:/path/to.sock</c>, or the path alone, in a folder that only
    /// this user can enter; or <c>http://host:port</c>; or <c>https://host:port</c> with the certificates of
    /// <see cref="SecurityOptions.Tls"/>.
    /// </summary>
    /// <param name="kestrel">The server.</param>
    /// <param name="address">The address; a socket left there by a process that was killed is replaced.</param>
    /// <param name="security">What callers must know or have; null for nothing.</param>
    /// <exception cref="UserErrorException">
    /// It is no such address, or other machines could call without being known.
    /// </exception>
    public static void ListenForTrainer(this KestrelServerOptions kestrel, string address, SecurityOptions? security = null)
    {
        ArgumentNullException.ThrowIfNull(kestrel);
        ArgumentNullException.ThrowIfNull(address);
        if (Path.IsPathRooted(address)) address = UnixScheme + address;
        if (TrainerAddress.Fault(address) is { } fault) throw new UserErrorException($"{Listen} {fault}");

        // A message's frame has a few bytes of its own.
        kestrel.Limits.MaxRequestBodySize = TrainerAddress.MaxMessageBytes + 1_024;
        if (address.StartsWith(UnixScheme, StringComparison.Ordinal))
            ListenAtSocket(kestrel, address[UnixScheme.Length..]);
        else
            ListenAtPort(kestrel, new Uri(address), security ?? new SecurityOptions());
    }

    private static void ListenAtSocket(KestrelServerOptions kestrel, string path)
    {
        MakePrivate(Path.GetDirectoryName(path)!);
        File.Delete(path);
        kestrel.ListenUnixSocket(path, Http2);
    }

    private static void ListenAtPort(KestrelServerOptions kestrel, Uri uri, SecurityOptions security)
    {
        var encrypted = uri.Scheme == Uri.UriSchemeHttps;
        var known = security.SharedSecret.Length > 0 || (encrypted && security.Tls.CaFile.Length > 0);
        if (!uri.IsLoopback && !known && !security.AllowUnauthenticated)
        {
            throw new UserErrorException(
                $"{Listen} '{uri.OriginalString}' can be reached from other machines, and {SecurityOptions.Section}:"
                + $"{nameof(SecurityOptions.SharedSecret)} is empty: give a secret, or certificates ({Tls}) to an https "
                + $"address; or set {SecurityOptions.Section}:{nameof(SecurityOptions.AllowUnauthenticated)}=true where the network keeps "
                + "strangers out.");
        }

        Action<ListenOptions> endpoint = encrypted ? Encrypted(uri, security.Tls) : Http2;
        if (uri.IsLoopback && !IPAddress.TryParse(uri.Host, out _)) kestrel.ListenLocalhost(uri.Port, endpoint);
        else if (IPAddress.TryParse(uri.Host, out var ip)) kestrel.Listen(ip, uri.Port, endpoint);
        else kestrel.ListenAnyIP(uri.Port, endpoint);
    }

    private static Action<ListenOptions> Encrypted(Uri uri, TlsOptions tls)
    {
        if (tls.CertificateFile.Length == 0)
            throw new UserErrorException($"{Listen} is '{uri.OriginalString}', and {Tls}:CertificateFile is empty: name it.");

        var own = Certificates.Read(tls);
        var https = new HttpsConnectionAdapterOptions
        {
            ServerCertificate = own.TargetCertificate,
            ServerCertificateChain = [.. own.IntermediateCertificates],
        };
        if (tls.CaFile.Length > 0)
        {
            var authorities = Certificates.Authorities(tls);
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation =
                (certificate, chain, _) => Certificates.IsClientOf(authorities, certificate, chain);
        }

        return endpoint =>
        {
            Http2(endpoint);
            endpoint.UseHttps(https);
        };
    }

    private static void Http2(ListenOptions endpoint) => endpoint.Protocols = HttpProtocols.Http2;

    private static void MakePrivate(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else if (!Directory.Exists(folder))
            Directory.CreateDirectory(
                folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
