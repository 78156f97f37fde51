using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MongoDB.Driver;
using Sgasa.Artifacts.Mongo;
using Sgasa.Contracts;

namespace Sgasa.Artifacts.Tests.Mongo;

public sealed class MongoTlsTests : IDisposable
{
    private const SslPolicyErrors UnknownAuthority = SslPolicyErrors.RemoteCertificateChainErrors;
    private static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Until = new(2090, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("sgasa-test-").FullName;

    [Fact]
    public void IsTrusted_SignedByTheAuthority_IsTrue()
    {
        using var authority = Authority("ours");
        using var server = Signed(authority);

        MongoTls.IsTrusted([authority], server, sent: null, UnknownAuthority).ShouldBeTrue();
    }

    [Fact]
    public void IsTrusted_SignedByAnother_IsFalse()
    {
        using var authority = Authority("ours");
        using var other = Authority("another");
        using var server = Signed(other);

        MongoTls.IsTrusted([authority], server, sent: null, UnknownAuthority).ShouldBeFalse();
        MongoTls.IsTrusted([authority], server, sent: null, SslPolicyErrors.None).ShouldBeFalse();
    }

    [Theory]
    [InlineData(SslPolicyErrors.RemoteCertificateNameMismatch)]
    [InlineData(SslPolicyErrors.RemoteCertificateNotAvailable)]
    public void IsTrusted_OfAnotherServerOrMissing_IsFalse(SslPolicyErrors error)
    {
        using var authority = Authority("ours");
        using var server = Signed(authority);

        MongoTls.IsTrusted([authority], server, sent: null, error | UnknownAuthority).ShouldBeFalse();
    }

    [Fact]
    public void Trust_PemFile_TurnsTlsOn()
    {
        using var authority = Authority("ours");
        var file = Path.Combine(_folder, "ca.pem");
        File.WriteAllText(file, authority.ExportCertificatePem());
        var settings = new MongoClientSettings();

        MongoTls.Trust(settings, file);

        settings.UseTls.ShouldBeTrue();
        settings.AllowInsecureTls.ShouldBeFalse();
        settings.SslSettings.ServerCertificateValidationCallback.ShouldNotBeNull();
    }

    [Fact]
    public void Load_FileWithoutCertificate_NamesIt()
    {
        var file = Path.Combine(_folder, "ca.pem");
        File.WriteAllText(file, "none here");

        Should.Throw<UserErrorException>(() => MongoTls.Load(file))
            .Message.ShouldBe($"Store:CaFile '{file}' holds no certificate: write them as PEM.");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(From, Until);
    }

    private static X509Certificate2 Signed(X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=mongo", key, HashAlgorithmName.SHA256).Create(authority, From, Until, [1]);
    }
}
