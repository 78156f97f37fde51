using MassTransit;
using MassTransit.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sgasa.Hosting.Telemetry;

namespace Sgasa.Hosting.Bus;

/// <summary>Puts the bus into a host.</summary>
public static class BusRegistration
{
    /// <summary>
    /// Adds the bus with the consumers of every service in this host. Queues are named after their commands
    /// (<c>AugmentPrompts</c>: <c>augment-prompts</c>), those of events after the consumers' verbs. Call it before adding
    /// hosted services that send: in memory, they then start when the bus has started. Over a broker the host does not wait
    /// for it: the bus connects when the broker is there and again whenever it is back, and what is sent meanwhile waits.
    /// </summary>
    public static IServiceCollection AddSgasaBus(
        this IServiceCollection services, Action<BusOptions> configure, Action<IBusRegistrationConfigurator> consumers)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(consumers);
        services.AddOptions<BusOptions>().Configure(configure).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<MassTransitHostOptions>().Configure<IOptions<BusOptions>>((host, bus) =>
        {
            host.WaitUntilStarted = bus.Value.Transport == BusTransport.InMemory;
            host.ConsumerStopTimeout = bus.Value.StopGrace;
            host.StopTimeout = bus.Value.StopGrace + TimeSpan.FromSeconds(10);
        });
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<MessageSender>();
        services.TryAddSingleton<IMessageSender, TracedMessageSender>();
        services.TryAddSingleton<EndpointNames>();
        services.TryAddSingleton<IBrokerQueues>(provider =>
            provider.GetRequiredService<IOptions<BusOptions>>().Value.Transport == BusTransport.RabbitMq
                ? ActivatorUtilities.CreateInstance<RabbitMqQueues>(provider)
                : ActivatorUtilities.CreateInstance<InMemoryQueues>(provider));
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.AddSgasaEndpoints();
            consumers(bus);
            bus.SetBusFactory(new TransportBusFactory());
        });
        return services;
    }

    /// <summary>Adds the bus as a configuration section says, see <see cref="BusOptions"/>.</summary>
    public static IServiceCollection AddSgasaBus(
        this IServiceCollection services, IConfigurationSection section, Action<IBusRegistrationConfigurator> consumers) =>
        services.AddSgasaBus(section.Bind, consumers);

    /// <summary>
    /// What every queue has: its name, its limits, retries of transient faults, and the report of work given up.
    /// </summary>
    private static void AddSgasaEndpoints(this IBusRegistrationConfigurator bus)
    {
        WireFormat.Use();
        bus.SetKebabCaseEndpointNameFormatter();
        bus.AddConfigureEndpointsCallback((context, name, endpoint) =>
        {
            var options = context.GetRequiredService<IOptions<BusOptions>>().Value;
            context.GetService<EndpointNames>()?.Add(name);
            endpoint.ConcurrentMessageLimit = options.ConcurrencyOf(name);
            endpoint.PrefetchCount = options.PrefetchOf(name);
            if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit) RabbitMqTransport.Configure(rabbit);
            if (WorkQueues.CommandOf(name) is { } command) endpoint.UseFilter(new WorkInHandFilter(command));
            endpoint.UseFilter(new DeliveryLimitFilter(options.DeliveryLimit));
            // Consume filters lie within the retries, and would take every try for the last; these do not.
            endpoint.ConfigureError(error => UseFaultFilters(error, name, context, options));
            endpoint.ConfigureDeadLetter(unexpected =>
            {
                unexpected.UseRescue(
                    Pipe.New<ExceptionReceiveContext>(error => UseFaultFilters(error, name, context, options)));
                unexpected.UseFilter(new UnexpectedMessageFilter(name));
            });
            if (options.Retries > 0)
            {
                endpoint.UseMessageRetry(retry =>
                {
                    retry.Handle<Exception>(TransientFaults.IsTransient);
                    retry.Exponential(
                        options.Retries, options.FirstRetryPause, options.LongestRetryPause, options.FirstRetryPause);
                });
            }

            // Within the retries: each try has its span.
            RoundSpans.Use(endpoint, context.GetRequiredService<TimeProvider>());
        });
    }

    private static void UseFaultFilters(
        IPipeConfigurator<ExceptionReceiveContext> error, string queue, IRegistrationContext context, BusOptions options)
    {
        var logs = context.GetRequiredService<ILoggerFactory>();
        error.UseFilter(new FaultNotedFilter());
        if (options.Transport == BusTransport.RabbitMq)
            error.UseFilter(new DelayedRetryFilter(queue, options, logs.CreateLogger<DelayedRetryFilter>()));
        error.UseFilter(new WorkFailedFilter(
            queue, context.GetRequiredService<IMessageSender>, logs.CreateLogger<WorkFailedFilter>()));
        error.UseFilter(new ErrorTransportFilter());
    }
}
