using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sgasa.Contracts;

namespace Sgasa.Hosting.Security;

/// <summary>Reads certificates and checks those of the other side against named authorities.</summary>
public static class Certificates
{
    private const string ForServers = "1.3.6.1.5.5.7.3.1";
    private const string ForClients = "1.3.6.1.5.5.7.3.2";

    /// <summary>This side's certificate with its key, and those between it and its authority.</summary>
    /// <exception cref="UserErrorException">The files hold no such pair.</exception>
    public static SslStreamCertificateContext Read(TlsOptions tls)
    {
        ArgumentNullException.ThrowIfNull(tls);
        return Reading(nameof(TlsOptions.CertificateFile), tls.CertificateFile, () =>
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(tls.CertificateFile);
            var own = X509Certificate2.CreateFromPemFile(tls.CertificateFile, tls.KeyFile);
            return SslStreamCertificateContext.Create(own, chain, offline: true);
        });
    }

    /// <summary>The authorities in <see cref="TlsOptions.CaFile"/>.</summary>
    /// <exception cref="UserErrorException">The file holds none.</exception>
    public static X509Certificate2Collection Authorities(TlsOptions tls)
    {
        ArgumentNullException.ThrowIfNull(tls);
        return Reading(nameof(TlsOptions.CaFile), tls.CaFile, () =>
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(tls.CaFile);
            return authorities.Count > 0 ? authorities : throw new CryptographicException("The file holds no certificate.");
        });
    }

    /// <summary>Whether one of the authorities issued a server's certificate, whose name was checked before.</summary>
    public static RemoteCertificateValidationCallback ServerOf(X509Certificate2Collection authorities) =>
        (_, certificate, chain, errors) =>
            (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == SslPolicyErrors.None
            && IsFrom(authorities, certificate, chain, ForServers);

    /// <summary>Whether one of the authorities issued a caller's certificate.</summary>
    public static bool IsClientOf(X509Certificate2Collection authorities, X509Certificate2 certificate, X509Chain? chain) =>
        IsFrom(authorities, certificate, chain, ForClients);

    private static bool IsFrom(
        X509Certificate2Collection authorities, X509Certificate? certificate, X509Chain? sent, string purpose)
    {
        if (certificate is null) return false;

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        // The authority is the operator's own and short-lived certificates are its revocation.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(purpose));
        if (sent is not null)
            foreach (var element in sent.ChainElements) chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        return chain.Build(
            certificate as X509Certificate2 ?? X509CertificateLoader.LoadCertificate(certificate.GetRawCertData()));
    }

    private static T Reading<T>(string name, string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(
                $"{SecurityOptions.Section}:Tls:{name} '{path}' can't be used: {fault.Message}", fault);
        }
    }
}
