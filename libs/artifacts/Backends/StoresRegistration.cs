using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Sgasa.Artifacts;

/// <summary>Puts the stores into a host, as its configuration says.</summary>
public static class StoresRegistration
{
    /// <summary>
    /// Adds <see cref="IArtifactStore"/>, <see cref="IRoundStore"/>, <see cref="ITrainingJobStore"/>,
    /// <see cref="Files.IFileStore"/> and <see cref="IStoreProbe"/> over the database that the section names, see
    /// <see cref="StoreOptions"/>. It is opened, with its indexes made, when the host starts: add the stores before what
    /// uses them from its own start on.
    /// </summary>
    public static IServiceCollection AddStores(this IServiceCollection services, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<StoreOptions>().Bind(section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StoreOptions>, StoreOptionsValidation>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(p => StoreBackend.Open(
            p.GetRequiredService<IOptions<StoreOptions>>().Value, p.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(p => p.GetRequiredService<StoreBackend>().Artifacts);
        services.TryAddSingleton(p => p.GetRequiredService<StoreBackend>().Rounds);
        services.TryAddSingleton(p => p.GetRequiredService<StoreBackend>().Jobs);
        services.TryAddSingleton(p => p.GetRequiredService<StoreBackend>().Files);
        services.TryAddSingleton(p => p.GetRequiredService<StoreBackend>().Probe);
        services.AddHostedService<OpenAtStart>();
        return services;
    }

    /// <summary>Opens the stores before any message arrives, so that a wrong setting stops the start.</summary>
    private sealed class OpenAtStart(IServiceProvider services) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) =>
            services.GetRequiredService<StoreBackend>().PrepareAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
