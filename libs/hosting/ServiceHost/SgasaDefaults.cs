using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Sgasa.Contracts;

namespace Sgasa.Hosting;

/// <summary>What every service of this system has in common.</summary>
public static class SgasaDefaults
{
    /// <summary>
    /// Adds the clock, logging, the contracts' JSON for HTTP, and <see cref="RoundSpecifications"/> (which needs a store).
    /// </summary>
    public static IServiceCollection AddSgasaDefaults(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RoundSpecifications>();
        // MassTransit tells of every fault with its stack, where WorkFailed already says it in a line.
        services.AddLogging(logging => logging
            .AddFilter("MassTransit", LogLevel.Warning)
            .AddFilter("MassTransit.ReceiveTransport", LogLevel.Critical));
        services.Configure<JsonOptions>(
            json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ContractsJson.Default));
        return services;
    }
}
