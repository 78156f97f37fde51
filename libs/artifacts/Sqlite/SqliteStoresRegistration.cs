using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Sgasa.Artifacts.Sqlite;

/// <summary>Puts the embedded stores into a host.</summary>
public static class SqliteStoresRegistration
{
    /// <summary>
    /// Adds <see cref="IArtifactStore"/>, <see cref="IRoundStore"/> and <see cref="ITrainingJobStore"/> in one SQLite
    /// file, which is opened when the host starts or when a store is first asked for.
    /// </summary>
    public static IServiceCollection AddSqliteStores(this IServiceCollection services, Action<SqliteStoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<SqliteStoreOptions>().Configure(configure).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(p => SqliteDatabase.Open(p.GetRequiredService<IOptions<SqliteStoreOptions>>().Value));
        services.TryAddSingleton<IArtifactStore, SqliteArtifactStore>();
        services.TryAddSingleton<IRoundStore, SqliteRoundStore>();
        services.TryAddSingleton<ITrainingJobStore, SqliteTrainingJobStore>();
        services.AddHostedService<OpenAtStart>();
        return services;
    }

    /// <summary>Adds the embedded stores in that file.</summary>
    public static IServiceCollection AddSqliteStores(this IServiceCollection services, string path) =>
        services.AddSqliteStores(options => options.Path = path);

    /// <summary>Adds the embedded stores as a configuration section says, see <see cref="SqliteStoreOptions"/>.</summary>
    public static IServiceCollection AddSqliteStores(this IServiceCollection services, IConfigurationSection section) =>
        services.AddSqliteStores(section.Bind);

    /// <summary>Opens the database before any message arrives, so that a wrong path stops the start.</summary>
    private sealed class OpenAtStart(IServiceProvider services) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            services.GetRequiredService<SqliteDatabase>();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
