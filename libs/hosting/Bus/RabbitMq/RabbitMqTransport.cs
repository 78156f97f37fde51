using MassTransit;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sgasa.Contracts.Messages;

namespace Sgasa.Hosting.Bus;

/// <summary>The bus over RabbitMQ.</summary>
internal static class RabbitMqTransport
{
    private static readonly RabbitMqMessageNameFormatter Names = new();

    /// <summary>Connects as <see cref="BusOptions"/> says; the broker confirms what is published.</summary>
    public static void Configure(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator bus)
    {
        var options = context.GetRequiredService<IOptions<BusOptions>>().Value;
        bus.Host(options.Host, (ushort)options.BrokerPort, options.VirtualHost, host =>
        {
            host.ConnectionName(context.GetService<IHostEnvironment>()?.ApplicationName);
            host.Username(options.Username);
            host.Password(options.Password);
            host.Heartbeat(options.Heartbeat);
            host.PublisherConfirmation = true;
            if (options.Tls.Enabled) host.UseSsl(ssl => Protect(ssl, options));
        });

        var serializer = new LimitedSerializer(options.MaxMessageBytes);
        bus.ClearSerialization();
        bus.AddSerializer(serializer);
        bus.AddDeserializer(serializer, isDefault: true);
        bus.LeaveOutInterfaces();
        foreach (var command in RoundMessages.Commands) LeadToQueue(bus, command);
        bus.ConfigureEndpoints(context);
    }

    /// <summary>What a queue has on this transport.</summary>
    public static void Configure(IRabbitMqReceiveEndpointConfigurator endpoint)
    {
        endpoint.Durable = true;
        // Nobody listens to the library's own faults, and each carries the whole message.
        endpoint.PublishFaults = false;
        foreach (var (name, value) in QueueArguments.Durable) endpoint.SetQueueArgument(name, value!);
    }

    // Declared by the sender too: a command that is sent before its first worker ever started waits in the queue.
    private static void LeadToQueue(IRabbitMqBusFactoryConfigurator bus, Type command)
    {
        var exchange = Names.GetMessageName(command);
        bus.PublishTopology.GetMessageTopology(command).BindQueue(exchange, WorkQueues.Of(command), binding =>
        {
            binding.Durable = true;
            foreach (var (name, value) in QueueArguments.Durable) binding.SetQueueArgument(name, value!);
        });
    }

    private static void Protect(IRabbitMqSslConfigurator ssl, BusOptions options)
    {
        var tls = new BrokerTls(options.Tls);
        ssl.ServerName = options.Tls.ServerName.Length > 0 ? options.Tls.ServerName : options.Host;
        // None leaves the choice to the system.
        ssl.Protocol = System.Security.Authentication.SslProtocols.None;
        if (tls.Own is { } own) ssl.Certificate = own;
        if (tls.Validation is { } validation) ssl.CertificateValidationCallback = validation;
    }
}
