using DotNet.Testcontainers.Builders;
using MongoDB.Driver;
using Sgasa.Artifacts.Mongo;
using Testcontainers.MongoDb;

[assembly: AssemblyFixture(typeof(Sgasa.Artifacts.Tests.Mongo.MongoContainers))]

namespace Sgasa.Artifacts.Tests.Mongo;

/// <summary>One replica set and one standalone server in containers, started when the first test asks for them.</summary>
public sealed class MongoContainers : IAsyncDisposable
{
    private const string Image = "mongo:8.0";
    private readonly Lazy<Task<MongoDbContainer>> _replicaSet = new(
        () => StartAsync(new MongoDbBuilder(Image).WithReplicaSet("rs0").Build()));

    private readonly Lazy<Task<MongoDbContainer>> _standalone = new(() => StartAsync(new MongoDbBuilder(Image).Build()));

    /// <summary>Options for a database of that name; skips the test where there is no Docker.</summary>
    public async Task<StoreOptions> OptionsAsync(Topology topology, string database)
    {
        try
        {
            var container = await (topology == Topology.ReplicaSet ? _replicaSet : _standalone).Value;
            return new StoreOptions
            {
                Kind = nameof(StoreKind.MongoDb),
                ConnectionString = container.GetConnectionString(),
                Database = database,
            };
        }
        catch (DockerUnavailableException fault) when (!IsRequired)
        {
            Assert.Skip($"No Docker: {fault.Message.ReplaceLineEndings(" ")}");
            throw;
        }
    }

    /// <summary>Stops what was started.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var started in (Lazy<Task<MongoDbContainer>>[])[_replicaSet, _standalone])
            if (started.IsValueCreated && started.Value.IsCompletedSuccessfully) await started.Value.Result.DisposeAsync();
    }

    private static bool IsRequired => Environment.GetEnvironmentVariable("SGASA_REQUIRE_DOCKER") == "1";

    private static async Task<MongoDbContainer> StartAsync(MongoDbContainer container)
    {
        await container.StartAsync();
        return container;
    }
}

/// <summary>How the server runs.</summary>
public enum Topology
{
    /// <summary>A replica set of one, which has transactions.</summary>
    ReplicaSet,

    /// <summary>A server by itself, which has none.</summary>
    Standalone,
}
