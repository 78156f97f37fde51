using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sgasa.Coordinator.Consumers;
using Sgasa.Coordinator.Exports;
using Sgasa.Coordinator.Progress;
using Sgasa.Coordinator.Rounds;

namespace Sgasa.Coordinator;

/// <summary>Puts the coordinator into a host.</summary>
public static class CoordinatorModule
{
    private const string AdvanceRound = "advance-round";

    /// <summary>
    /// Adds <see cref="IRoundService"/>, <see cref="IRoundFeed"/> and <see cref="RoundExports"/>. The host must have the
    /// stores, the bus and the defaults too.
    /// </summary>
    public static IServiceCollection AddCoordinator(
        this IServiceCollection services, Action<CoordinatorOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<CoordinatorOptions>()
            .Configure(configure ?? (static _ => { }))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.TryAddSingleton<MessageDispatcher>();
        services.TryAddSingleton<RoundRunner>();
        services.TryAddSingleton<IRoundService, RoundService>();
        services.TryAddSingleton<RoundFeed>();
        services.TryAddSingleton<IRoundFeed>(p => p.GetRequiredService<RoundFeed>());
        services.TryAddSingleton<RoundExports>();
        services.AddHostedService<ResumeRounds>();
        return services;
    }

    /// <summary>Adds the coordinator's consumers to the bus; all events that rounds wait for come to one queue.</summary>
    public static void AddCoordinatorConsumers(this IBusRegistrationConfigurator bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        foreach (var awaited in RoundSteps.AwaitedEvents)
        {
            bus.AddConsumer(typeof(AdvanceRoundConsumer<>).MakeGenericType(awaited))
                .Endpoint(endpoint => endpoint.Name = AdvanceRound);
        }

        bus.AddConsumer<TrackTrainingConsumer>();
        bus.AddConsumer<KeepChampionConsumer>();
    }
}
