using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sgasa.Hosting.Security;

namespace Sgasa.Trainer.Tests;

/// <summary>A certificate authority of one test, and the PEM files of those it vouches for.</summary>
internal sealed class PrivateAuthority : IDisposable
{
    private static readonly DateTimeOffset Begin = TimeProvider.System.GetUtcNow().AddMinutes(-5);
    private static readonly DateTimeOffset End = Begin.AddHours(1);

    private readonly string _folder;
    private readonly X509Certificate2 _certificate;
    private int _serial;

    public PrivateAuthority(string folder, string name)
    {
        _folder = folder;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _certificate = request.CreateSelfSigned(Begin, End);
        File = Path.Combine(folder, name + ".pem");
        System.IO.File.WriteAllText(File, _certificate.ExportCertificatePem());
    }

    /// <summary>The authority's own certificate.</summary>
    public string File { get; }

    /// <summary>A new certificate for 127.0.0.1, for the purpose of a server or of a caller.</summary>
    public TlsOptions Issue(bool server)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=sgasa", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid(server ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2")], critical: false));
        using var certificate = request.Create(_certificate, Begin, End, [1, (byte)++_serial]);
        var path = Path.Combine(_folder, $"{Path.GetFileNameWithoutExtension(File)}-{_serial}");
        System.IO.File.WriteAllText(path + ".pem", certificate.ExportCertificatePem());
        System.IO.File.WriteAllText(path + ".key", key.ExportPkcs8PrivateKeyPem());
        return new TlsOptions { CertificateFile = path + ".pem", KeyFile = path + ".key" };
    }

    public void Dispose() => _certificate.Dispose();
}
