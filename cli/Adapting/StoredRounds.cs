using Microsoft.Extensions.DependencyInjection;
using Sgasa.Artifacts;
using Sgasa.Artifacts.Sqlite;
using Sgasa.Coordinator;
using Sgasa.Coordinator.Rounds;
using Sgasa.Hosting;
using Sgasa.Hosting.Bus;

namespace Sgasa.Cli.Adapting;

/// <summary>The rounds of a database, to look at: no service runs, so nothing can be started.</summary>
internal sealed class StoredRounds : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private StoredRounds(ServiceProvider services) => _services = services;

    /// <summary>The rounds.</summary>
    public IRoundService Rounds => _services.GetRequiredService<IRoundService>();

    /// <summary>What they made.</summary>
    public IArtifactStore Artifacts => _services.GetRequiredService<IArtifactStore>();

    /// <summary>Opens a database; it is made where it is missing.</summary>
    public static StoredRounds Open(string database) => new(new ServiceCollection()
        .AddSgasaDefaults()
        .AddSqliteStores(database)
        .AddCoordinator()
        .AddSingleton<IMessageSender, NoSender>()
        .BuildServiceProvider());

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private sealed class NoSender : IMessageSender
    {
        public Task SendAsync(object command, CancellationToken cancellationToken) => throw Refused();

        public Task DispatchAsync(object message, CancellationToken cancellationToken) => throw Refused();

        private static InvalidOperationException Refused() => new("Stored rounds are for looking at: there is no bus.");
    }
}
