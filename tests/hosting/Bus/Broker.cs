using System.Net.Http.Headers;
using System.Text;
using DotNet.Testcontainers.Builders;
using RabbitMQ.Client;
using Sgasa.Hosting.Bus;
using Sgasa.Hosting.Security;
using Testcontainers.RabbitMq;

[assembly: AssemblyFixture(typeof(Sgasa.Hosting.Tests.Bus.Broker))]

namespace Sgasa.Hosting.Tests.Bus;

/// <summary>A RabbitMQ server for the tests, started by the first that asks; each takes a virtual host of its own.</summary>
public sealed class Broker : IAsyncDisposable
{
    private const string User = "tester";
    private const string Secret = "for-this-test-run";
    private const int ManagementPort = 15672;
    private const int TlsPort = 5671;
    private const string TlsFolder = "/etc/rabbitmq/tls/";

    private readonly SemaphoreSlim _turn = new(1);
    private RabbitMqContainer? _container;
    private string? _missing;
    private int _hosts;
    private TlsOptions? _certificate;

    /// <summary>A server that takes only callers with a certificate of the authority that vouches for its own.</summary>
    public static Broker Protected(TlsOptions certificate) => new() { _certificate = certificate };

    /// <summary>Options that reach a new virtual host; skips the test where no Docker runs.</summary>
    public async Task<Action<BusOptions>> VirtualHostAsync()
    {
        var container = await ContainerAsync();
        var name = $"test-{Interlocked.Increment(ref _hosts)}";
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{User}:{Secret}")));
        var address = new Uri($"http://{container.Hostname}:{container.GetMappedPublicPort(ManagementPort)}/api/vhosts/{name}");
        (await http.PutAsync(address, null, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        return options =>
        {
            options.Transport = BusTransport.RabbitMq;
            options.Host = container.Hostname;
            options.Port = container.GetMappedPublicPort(_certificate is null ? RabbitMqBuilder.RabbitMqPort : TlsPort);
            options.VirtualHost = name;
            options.Username = User;
            options.Password = Secret;
        };
    }

    /// <summary>A connection of a test's own.</summary>
    public static Task<IConnection> ConnectAsync(Action<BusOptions> virtualHost)
    {
        var options = new BusOptions();
        virtualHost(options);
        var factory = new ConnectionFactory
        {
            HostName = options.Host,
            Port = options.Port!.Value,
            VirtualHost = options.VirtualHost,
            UserName = options.Username,
            Password = options.Password,
            AutomaticRecoveryEnabled = false,
        };
        return factory.CreateConnectionAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Ends the server's work, and with it every connection; what it holds stays.</summary>
    public Task StopAsync() => ControlAsync("stop_app");

    /// <summary>Takes the server's work up again.</summary>
    public Task StartAsync() => ControlAsync("start_app");

    /// <summary>Closes a virtual host's connections, as the end of their processes would.</summary>
    public Task DisconnectAsync(Action<BusOptions> virtualHost)
    {
        var options = new BusOptions();
        virtualHost(options);
        return ControlAsync("close_all_connections", "--vhost", options.VirtualHost, "The process ended.");
    }

    public async ValueTask DisposeAsync()
    {
        if (_container is not null) await _container.DisposeAsync();
        _turn.Dispose();
    }

    private async Task ControlAsync(params string[] command)
    {
        var result = await _container!.ExecAsync(["rabbitmqctl", .. command], TestContext.Current.CancellationToken);
        result.ExitCode.ShouldBe(0, result.Stderr);
    }

    private async Task<RabbitMqContainer> ContainerAsync()
    {
        await _turn.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_container is null && _missing is null) await RunAsync();
        }
        finally
        {
            _turn.Release();
        }

        if (_missing is not null) Assert.Skip($"This test needs Docker: {_missing}");
        return _container!;
    }

    private async Task RunAsync()
    {
        try
        {
            var builder = new RabbitMqBuilder("rabbitmq:4.1-management")
                .WithUsername(User)
                .WithPassword(Secret)
                .WithPortBinding(ManagementPort, assignRandomHostPort: true)
                .WithWaitStrategy(Wait.ForUnixContainer().UntilHttpRequestIsSucceeded(
                    request => request.ForPort(ManagementPort).ForPath("/")));
            var container = (_certificate is null ? builder : Protect(builder, _certificate)).Build();
            await container.StartAsync(TestContext.Current.CancellationToken);
            _container = container;
        }
        catch (DockerUnavailableException fault) when (Environment.GetEnvironmentVariable("SGASA_REQUIRE_DOCKER") != "1")
        {
            _missing = fault.Message.ReplaceLineEndings(" ");
        }
    }

    private static RabbitMqBuilder Protect(RabbitMqBuilder builder, TlsOptions certificate) => builder
        .WithPortBinding(TlsPort, assignRandomHostPort: true)
        .WithResourceMapping(File.ReadAllBytes(certificate.CaFile), TlsFolder + "ca.pem")
        .WithResourceMapping(File.ReadAllBytes(certificate.CertificateFile), TlsFolder + "server.pem")
        .WithResourceMapping(File.ReadAllBytes(certificate.KeyFile), TlsFolder + "server.key")
        .WithResourceMapping(
            Encoding.ASCII.GetBytes(
                $"""
                listeners.ssl.default = {TlsPort}
                ssl_options.cacertfile = {TlsFolder}ca.pem
                ssl_options.certfile = {TlsFolder}server.pem
                ssl_options.keyfile = {TlsFolder}server.key
                ssl_options.verify = verify_peer
                ssl_options.fail_if_no_peer_cert = true

                """),
            "/etc/rabbitmq/conf.d/20-tls.conf");
}
