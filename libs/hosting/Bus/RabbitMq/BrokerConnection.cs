using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace Sgasa.Hosting.Bus;

/// <summary>A connection to the broker beside the bus's own, for looking after queues; opened when first used.</summary>
internal sealed class BrokerConnection(IOptions<BusOptions> options) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private IConnection? _connection;

    /// <summary>An open connection.</summary>
    public async Task<IConnection> OpenAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_connection is { IsOpen: true } open) return open;

            if (_connection is not null) await _connection.DisposeAsync().ConfigureAwait(false);
            _connection = await Factory(options.Value).CreateConnectionAsync(cancellationToken).ConfigureAwait(false);
            return _connection;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null) await _connection.DisposeAsync().ConfigureAwait(false);
        _turn.Dispose();
    }

    private static ConnectionFactory Factory(BusOptions options)
    {
        var factory = new ConnectionFactory
        {
            HostName = options.Host,
            Port = options.BrokerPort,
            VirtualHost = options.VirtualHost,
            UserName = options.Username,
            Password = options.Password,
            RequestedHeartbeat = options.Heartbeat,
            AutomaticRecoveryEnabled = false,
            ClientProvidedName = "queues",
        };
        if (!options.Tls.Enabled) return factory;

        var tls = new BrokerTls(options.Tls);
        factory.Ssl = new SslOption
        {
            Enabled = true,
            ServerName = options.Tls.ServerName.Length > 0 ? options.Tls.ServerName : options.Host,
            AcceptablePolicyErrors = SslPolicyErrors.None,
            CertificateValidationCallback = tls.Validation,
            Certs = tls.Own is { } own ? new X509Certificate2Collection(own) : null,
        };
        return factory;
    }
}
