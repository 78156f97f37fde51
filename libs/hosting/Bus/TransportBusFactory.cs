using MassTransit;
using MassTransit.Configuration;
using MassTransit.InMemoryTransport.Configuration;
using MassTransit.RabbitMqTransport.Configuration;
using MassTransit.Transports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Sgasa.Hosting.Bus;

/// <summary>Builds the bus on the transport that the options name when the host is built.</summary>
internal sealed class TransportBusFactory : IRegistrationBusFactory
{
    public IBusInstance CreateBus(
        IBusRegistrationContext context, IEnumerable<IBusInstanceSpecification> specifications, string busName)
    {
        var transport = context.GetRequiredService<IOptions<BusOptions>>().Value.Transport;
        IRegistrationBusFactory factory = transport == BusTransport.RabbitMq
            ? new RabbitMqRegistrationBusFactory(RabbitMqTransport.Configure)
            : new InMemoryRegistrationBusFactory(null, ConfigureInMemory);
        return factory.CreateBus(context, specifications, busName);
    }

    private static void ConfigureInMemory(IBusRegistrationContext context, IInMemoryBusFactoryConfigurator bus)
    {
        bus.LeaveOutInterfaces();
        bus.ConfigureEndpoints(context);
    }
}
