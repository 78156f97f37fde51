using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sgasa.Contracts;
using Sgasa.Hosting.Security;

namespace Sgasa.Hosting.Bus;

/// <summary>The certificates of <see cref="BrokerTlsOptions"/>, read.</summary>
internal sealed class BrokerTls
{
    /// <exception cref="UserErrorException">A file holds no certificate, or a key that does not go with it.</exception>
    public BrokerTls(BrokerTlsOptions options)
    {
        try
        {
            if (options.CertificateFile.Length > 0)
                Own = X509Certificate2.CreateFromPemFile(options.CertificateFile, options.KeyFile);
            if (options.CaFile.Length == 0) return;

            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(options.CaFile);
            Validation = Certificates.ServerOf(authorities);
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"The certificates of {BusOptions.Section}:Tls can't be used: {fault.Message}", fault);
        }
    }

    /// <summary>This host's certificate; null for none.</summary>
    public X509Certificate2? Own { get; }

    /// <summary>Takes the place of the system's judgement where authorities are named; null where none are.</summary>
    public RemoteCertificateValidationCallback? Validation { get; }
}
