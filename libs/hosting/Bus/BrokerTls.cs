using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Sgasa.Hosting.Bus;

/// <summary>The certificates of <see cref="BrokerTlsOptions"/>, read.</summary>
internal sealed class BrokerTls
{
    private readonly X509Certificate2Collection _authorities = [];

    public BrokerTls(BrokerTlsOptions options)
    {
        if (options.CaFile.Length > 0)
            _authorities.ImportFromPemFile(options.CaFile);
        if (options.CertificateFile.Length > 0)
            Own = X509Certificate2.CreateFromPemFile(options.CertificateFile, options.KeyFile);
    }

    /// <summary>This host's certificate; null for none.</summary>
    public X509Certificate2? Own { get; }

    /// <summary>Takes the place of the system's judgement where authorities are named; null where none are.</summary>
    public RemoteCertificateValidationCallback? Validation => _authorities.Count == 0 ? null : Validate;

    private bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
            return false;

        using var ours = new X509Chain();
        ours.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        ours.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        ours.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (chain is not null)
            ours.ChainPolicy.ExtraStore.AddRange(chain.ChainElements.Select(e => e.Certificate).ToArray());
        using var presented = X509CertificateLoader.LoadCertificate(certificate.Export(X509ContentType.Cert));
        return ours.Build(presented);
    }
}
