using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MongoDB.Driver;
using Sgasa.Contracts;

namespace Sgasa.Artifacts.Mongo;

/// <summary>TLS with authorities of one's own.</summary>
internal static class MongoTls
{
    /// <summary>Turns TLS on, and trusts only certificates that one of the file's authorities stands behind.</summary>
    /// <exception cref="UserErrorException">The file can't be read.</exception>
    public static void Trust(MongoClientSettings settings, string caFile)
    {
        var authorities = Load(caFile);
        settings.UseTls = true;
        settings.SslSettings = new SslSettings
        {
            ServerCertificateValidationCallback = (_, certificate, chain, errors) =>
                certificate is not null && IsTrusted(authorities, certificate, chain, errors),
        };
    }

    /// <summary>The certificates of a PEM file.</summary>
    /// <exception cref="UserErrorException">It can't be read, or holds none.</exception>
    public static X509Certificate2Collection Load(string caFile)
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(caFile);
            return authorities.Count > 0
                ? authorities
                : throw new UserErrorException($"Store:CaFile '{caFile}' holds no certificate: write them as PEM.");
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"Store:CaFile '{caFile}' can't be read: {fault.Message.TrimEnd('.')}.", fault);
        }
    }

    /// <summary>Whether a server's certificate is for that server, and one of the authorities stands behind it.</summary>
    public static bool IsTrusted(
        X509Certificate2Collection authorities, X509Certificate certificate, X509Chain? sent, SslPolicyErrors errors)
    {
        // Who signed it is judged here; its name and presence were judged before.
        if ((errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None) return false;
        using var server = new X509Certificate2(certificate);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        return chain.Build(server);
    }
}
