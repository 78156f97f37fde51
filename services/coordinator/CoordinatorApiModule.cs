using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sgasa.Api;
using Sgasa.Coordinator.Api;
using Sgasa.Coordinator.Api.Endpoints;
using Sgasa.Coordinator.Api.Problems;
using Sgasa.Coordinator.Api.Security;
using Sgasa.Coordinator.Intake;

namespace Sgasa.Coordinator;

/// <summary>Puts the coordinator's HTTP API into a host that has the coordinator.</summary>
public static class CoordinatorApiModule
{
    /// <summary>Adds what the API needs, see <see cref="ApiOptions"/>.</summary>
    public static IServiceCollection AddCoordinatorApi(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<ApiOptions>().BindConfiguration(ApiOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<AttackLogIntake>();
        services.TryAddSingleton<RoundSubmissions>();
        services.TryAddSingleton<IBaseModel, TrainerBaseModel>();
        services.TryAddSingleton<OpenApiEndpoint>();
        services.TryAddSingleton<TrainerCalls>();
        services.AddHttpForwarder();
        services.AddOpenApi(OpenApiEndpoint.Document, static openApi => openApi.AddDocumentTransformer<ApiSecuritySchemes>());
        // A fault that the log tells more of names its place there itself.
        services.AddProblemDetails(static problems => problems.CustomizeProblemDetails =
            static problem => problem.ProblemDetails.Extensions.Remove("traceId"));
        services.AddExceptionHandler<ApiExceptionHandler>();
        services.AddRateLimiter(static _ => { });
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<RateLimiterOptions>, ApiLimits>());
        // What can't be bound is answered in one place with all other mistakes.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.Configure<JsonOptions>(json => json.SerializerOptions.TypeInfoResolverChain.Add(ApiJson.Default));
        return services.AddCallers();
    }

    /// <summary>Maps the API under <see cref="ApiRoot.Path"/>, and before it what asks who calls.</summary>
    /// <exception cref="ArgumentException">The routes are no application's: nothing can stand before them.</exception>
    public static void MapCoordinator(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (endpoints is not IApplicationBuilder app)
            throw new ArgumentException("Map the coordinator on the application itself.", nameof(endpoints));

        CoordinatorApi.Use(app);
        CoordinatorApi.Map(endpoints);
    }

    private static IServiceCollection AddCallers(this IServiceCollection services)
    {
        services.TryAddSingleton<ApiKeyStore>();
        services.AddAuthentication()
            .AddPolicyScheme(ApiSchemes.Any, displayName: null, static any => any.ForwardDefaultSelector = ApiSchemes.Choose)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiSchemes.Key, configureOptions: null)
            .AddJwtBearer(ApiSchemes.Token);
        services.ConfigureOptions<IssuerTokens>();
        services.AddAuthorization(ApiPolicies.Add);
        services.AddHostedService<ApiStartCheck>();
        // Nothing of this is kept in cookies: no keys to encrypt them are made, nor written to anybody's home.
        foreach (var keys in services.Where(s => s.ImplementationType?.Assembly == typeof(KeyManagementOptions).Assembly
            && s.ServiceType == typeof(IHostedService)).ToList())
            services.Remove(keys);
        return services;
    }
}
