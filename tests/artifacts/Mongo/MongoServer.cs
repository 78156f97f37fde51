using System.Collections.Concurrent;
using MongoDB.Bson;
using Sgasa.Artifacts.Mongo;
using Sgasa.Artifacts.Tests.Contract;

namespace Sgasa.Artifacts.Tests.Mongo;

/// <summary>A database of the test class's own, emptied for each test; each connection has its own driver.</summary>
internal sealed class MongoServer : IStoreServer
{
    private static readonly ConcurrentDictionary<string, Task> Prepared = new();
    private readonly StoreOptions _options;
    private readonly List<MongoConnection> _open = [];

    private MongoServer(StoreOptions options) => _options = options;

    public static async Task<MongoServer> StartAsync(MongoContainers containers, Topology topology, Type test)
    {
        var server = new MongoServer(await containers.OptionsAsync(topology, $"{test.Name}_{topology}"));
        var connection = server.Connect();
        await Prepared.GetOrAdd(
            server._options.Database,
            _ => connection.PrepareAsync(TimeSpan.FromMinutes(1), TimeProvider.System, CancellationToken.None));
        await Task.WhenAll(Collections.Select(name => connection.Collection(name).DeleteManyAsync(new BsonDocument())));
        return server;
    }

    /// <summary>Connects to the same database.</summary>
    public MongoConnection Connect()
    {
        var connection = MongoConnection.Open(_options);
        _open.Add(connection);
        return connection;
    }

    public Task<StoreConnection> ConnectAsync(TimeProvider time)
    {
        var connection = Connect();
        return Task.FromResult(new StoreConnection(
            new MongoArtifactStore(connection),
            new MongoRoundStore(connection),
            new MongoTrainingJobStore(connection, time),
            new GridFsFileStore(connection, long.MaxValue, time),
            new GridFsFileStore(connection, 1_000, time),
            new MongoProbe(connection)));
    }

    public ValueTask DisposeAsync()
    {
        _open.ForEach(c => c.Dispose());
        return ValueTask.CompletedTask;
    }

    private static IEnumerable<string> Collections =>
        MongoQueries.All.Select(q => q.Collection).Append($"{MongoQueries.Blobs}.chunks").Distinct();
}
