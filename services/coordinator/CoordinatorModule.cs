using MassTransit;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sgasa.Coordinator.Consumers;
using Sgasa.Coordinator.Progress;
using Sgasa.Coordinator.Rounds;
using HttpResults = Microsoft.AspNetCore.Http.Results;

namespace Sgasa.Coordinator;

/// <summary>Puts the coordinator into a host.</summary>
public static class CoordinatorModule
{
    /// <summary>
    /// Adds <see cref="IRoundService"/> and <see cref="IRoundFeed"/>. The host must have the stores, the bus and the
    /// defaults too.
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
        services.AddHostedService<ResumeRounds>();
        services.Configure<JsonOptions>(
            json => json.SerializerOptions.TypeInfoResolverChain.Add(CoordinatorJson.Default));
        return services;
    }

    /// <summary>Adds the coordinator's consumers to the bus.</summary>
    public static void AddCoordinatorConsumers(this IBusRegistrationConfigurator bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.AddConsumer<AdvanceRoundConsumer>();
        bus.AddConsumer<TrackTrainingConsumer>();
    }

    /// <summary>Maps the HTTP API: <c>GET /rounds</c> and <c>GET /rounds/{id}</c>.</summary>
    public static void MapCoordinator(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/rounds", (IRoundService rounds, CancellationToken ct) => rounds.ListAsync(ct));
        endpoints.MapGet(
            "/rounds/{id}",
            async (string id, IRoundService rounds, CancellationToken ct) =>
                await rounds.FindAsync(id, ct) is { } round ? HttpResults.Ok(round) : HttpResults.NotFound());
    }
}
