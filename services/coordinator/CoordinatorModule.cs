using MassTransit;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sgasa.Coordinator.Api;
using Sgasa.Coordinator.Consumers;
using Sgasa.Coordinator.Exports;
using Sgasa.Coordinator.Intake;
using Sgasa.Coordinator.Progress;
using Sgasa.Coordinator.Rounds;

namespace Sgasa.Coordinator;

/// <summary>Puts the coordinator into a host.</summary>
public static class CoordinatorModule
{
    private const string AdvanceRound = "advance-round";

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
        services.AddOptions<ApiOptions>().BindConfiguration(ApiOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<MessageDispatcher>();
        services.TryAddSingleton<RoundRunner>();
        services.TryAddSingleton<IRoundService, RoundService>();
        services.TryAddSingleton<RoundFeed>();
        services.TryAddSingleton<IRoundFeed>(p => p.GetRequiredService<RoundFeed>());
        services.TryAddSingleton<AttackLogIntake>();
        services.TryAddSingleton<RoundSubmissions>();
        services.TryAddSingleton<RoundExports>();
        services.TryAddSingleton<IBaseModel, TrainerBaseModel>();
        services.TryAddSingleton<OidcTokens>();
        services.TryAddSingleton<ApiCredentials>();
        services.TryAddSingleton<ApiStartCheck>();
        services.AddOpenApi();
        services.AddRateLimiter(static _ => { });
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<RateLimiterOptions>, ApiLimits>());
        services.AddHostedService<ResumeRounds>();
        services.AddHostedService(p => p.GetRequiredService<ApiStartCheck>());
        // What can't be bound is answered in one place with all other mistakes.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.Configure<JsonOptions>(
            json => json.SerializerOptions.TypeInfoResolverChain.Add(CoordinatorJson.Default));
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
    }

    /// <summary>
    /// Maps the HTTP API under <see cref="CoordinatorApi.Root"/>, see <see cref="ApiOptions"/>, and puts the gate before it
    /// that asks who calls.
    /// </summary>
    /// <exception cref="ArgumentException">The routes are no application's: the gate has nowhere to stand.</exception>
    public static void MapCoordinator(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (endpoints is not IApplicationBuilder app)
            throw new ArgumentException("Map the coordinator on the application itself.", nameof(endpoints));

        endpoints.ServiceProvider.GetRequiredService<ApiStartCheck>().IsMapped = true;
        app.UseMiddleware<ApiGate>();
        app.UseRateLimiter();
        CoordinatorApi.Map(endpoints);
    }
}
