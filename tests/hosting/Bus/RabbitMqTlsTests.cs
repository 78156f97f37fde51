using MassTransit;
using RabbitMQ.Client.Exceptions;
using Sgasa.Hosting.Bus;
using Sgasa.Trainer.Tests;

namespace Sgasa.Hosting.Tests.Bus;

/// <summary>A server with a certificate of its own, which asks its callers for theirs.</summary>
[Trait("Category", "Integration")]
public sealed class RabbitMqTlsTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PrivateAuthority _ours;
    private readonly PrivateAuthority _other;
    private readonly Broker _broker;

    public RabbitMqTlsTests()
    {
        _ours = new PrivateAuthority(_folder.Path, "ours");
        _other = new PrivateAuthority(_folder.Path, "other");
        var certificate = _ours.Issue(server: true);
        certificate.CaFile = _ours.File;
        _broker = Broker.Protected(certificate);
    }

    [Fact]
    public async Task Connect_CertificatesOfOneAuthority_CarriesMessagesOthersAreRefused()
    {
        var virtualHost = await _broker.VirtualHostAsync();
        var (own, foreign) = (_ours.Issue(server: false), _other.Issue(server: false));
        var script = new Script();

        await using var host = await BrokerHost.StartAsync(
            virtualHost,
            script,
            bus => bus.AddConsumer<AugmentPromptsConsumer>(),
            options => Protect(options, _ours.File, own.CertificateFile, own.KeyFile));
        await host.SendAsync(Some.Command());
        await BrokerHost.UntilAsync(() => script.Attempts == 1);

        (await host.StateAsync("augment-prompts")).Consumers.ShouldBe(1);
        foreach (var (authority, caller) in new[] { (_other.File, own), (_ours.File, foreign) })
        {
            await using var refused = await BrokerHost.StartAsync(
                virtualHost, new Script(), _ => { }, options => Protect(options, authority, caller.CertificateFile, caller.KeyFile));
            await Should.ThrowAsync<BrokerUnreachableException>(() => refused.StateAsync("augment-prompts"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        _ours.Dispose();
        _other.Dispose();
        _folder.Dispose();
    }

    private static void Protect(BusOptions options, string authority, string certificate, string key)
    {
        (options.Tls.Enabled, options.Tls.CaFile) = (true, authority);
        (options.Tls.CertificateFile, options.Tls.KeyFile) = (certificate, key);
        // The certificate is for the address, whatever name reaches it.
        options.Tls.ServerName = "127.0.0.1";
    }
}
