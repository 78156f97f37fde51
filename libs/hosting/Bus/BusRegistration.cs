using MassTransit;
using MassTransit.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Sgasa.Hosting.Bus;

/// <summary>Puts the bus into a host.</summary>
public static class BusRegistration
{
    /// <summary>
    /// Adds the bus with the consumers of every service in this host. Queues are named after the consumers' verbs
    /// (<c>AugmentPromptsConsumer</c>: <c>augment-prompts</c>). Call it before adding hosted services that send: they
    /// then start when the bus has started.
    /// </summary>
    public static IServiceCollection AddSgasaBus(
        this IServiceCollection services, Action<BusOptions> configure, Action<IBusRegistrationConfigurator> consumers)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(consumers);
        services.AddOptions<BusOptions>().Configure(configure).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<MassTransitHostOptions>().Configure<IOptions<BusOptions>>((host, bus) =>
        {
            host.WaitUntilStarted = true;
            host.ConsumerStopTimeout = bus.Value.StopGrace;
            host.StopTimeout = bus.Value.StopGrace + TimeSpan.FromSeconds(10);
        });
        services.TryAddSingleton<IMessageSender, MessageSender>();
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.AddSgasaEndpoints();
            consumers(bus);
            bus.UsingInMemory((context, transport) => transport.ConfigureEndpoints(context));
        });
        return services;
    }

    /// <summary>Adds the bus as a configuration section says, see <see cref="BusOptions"/>.</summary>
    public static IServiceCollection AddSgasaBus(
        this IServiceCollection services, IConfigurationSection section, Action<IBusRegistrationConfigurator> consumers) =>
        services.AddSgasaBus(section.Bind, consumers);

    /// <summary>
    /// What every queue has: its name, its limit, retries of transient faults, and the report of work given up. A part
    /// of <see cref="AddSgasaBus(IServiceCollection, Action{BusOptions}, Action{IBusRegistrationConfigurator})"/>;
    /// on its own for test harnesses.
    /// </summary>
    public static void AddSgasaEndpoints(this IBusRegistrationConfigurator bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.SetKebabCaseEndpointNameFormatter();
        bus.AddConfigureEndpointsCallback((context, name, endpoint) =>
        {
            var options = context.GetRequiredService<IOptions<BusOptions>>().Value;
            endpoint.ConcurrentMessageLimit = options.ConcurrencyOf(name);
            endpoint.PrefetchCount = options.ConcurrencyOf(name);
            endpoint.UseFilter(new WorkInHandFilter());
            // Consume filters lie within the retries, and would take every try for the last; this one does not.
            endpoint.ConfigureError(error =>
            {
                error.UseFilter(new WorkFailedFilter(context.GetRequiredService<ILogger<WorkFailedFilter>>()));
                error.UseFilter(new GenerateFaultFilter());
                error.UseFilter(new ErrorTransportFilter());
            });
            endpoint.UseMessageRetry(retry =>
            {
                retry.Handle<Exception>(TransientFaults.IsTransient);
                retry.Exponential(
                    options.Retries, options.FirstRetryPause, options.LongestRetryPause, options.FirstRetryPause);
            });
        });
    }
}
