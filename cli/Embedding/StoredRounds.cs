using Microsoft.Extensions.DependencyInjection;
using Sgasa.Artifacts.Sqlite;
using Sgasa.Coordinator;
using Sgasa.Hosting;
using Sgasa.Hosting.Bus;

namespace Sgasa.Cli.Embedding;

/// <summary>The rounds of a database, to look at or to end: no service runs, so nothing can be started.</summary>
internal sealed class StoredRounds : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private StoredRounds(ServiceProvider services) => _services = services;

    /// <summary>The coordinator and the stores.</summary>
    public IServiceProvider Services => _services;

    /// <summary>Opens a database; it is made where it is missing.</summary>
    public static StoredRounds Open(string database) => Open<NoSender>(database);

    /// <summary>Opens a database to end rounds of it that no process works on: nobody is there to be told.</summary>
    public static StoredRounds OpenToCancel(string database) => Open<DeafSender>(database);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static StoredRounds Open<TSender>(string database) where TSender : class, IMessageSender =>
        new(new ServiceCollection()
        .AddSgasaDefaults()
        .AddSqliteStores(database)
        .AddCoordinator()
        .AddSingleton<IMessageSender, TSender>()
        .BuildServiceProvider());

    private sealed class NoSender : IMessageSender
    {
        public Task SendAsync(object command, CancellationToken cancellationToken) => throw Refused();

        public Task DispatchAsync(object message, CancellationToken cancellationToken) => throw Refused();

        private static InvalidOperationException Refused() => new("Stored rounds are for looking at: there is no bus.");
    }

    // What a cancelled round had still to say is for services that do not run; going on with it asks for all of its work.
    private sealed class DeafSender : IMessageSender
    {
        public Task SendAsync(object command, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task DispatchAsync(object message, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
