using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MongoDB.Bson;
using MongoDB.Driver;
using Sgasa.Artifacts;
using Sgasa.Artifacts.Files;

namespace Sgasa.Integration.Tests;

/// <summary>A deployment's database, read as its services read it.</summary>
internal sealed class DeploymentStores : IAsyncDisposable
{
    // The pieces of files under way when a process was killed are swept a day later; files themselves are compared.
    private const string FilePieces = "blobs.";

    private readonly ServiceProvider _services;
    private readonly IMongoDatabase _database;
    private readonly MongoClient _client;

    public DeploymentStores(Dictionary<string, string> settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s =>
                KeyValuePair.Create(s.Key.Replace("__", ":", StringComparison.Ordinal), (string?)s.Value)))
            .Build();
        _services = new ServiceCollection().AddStores(configuration.GetSection(StoreOptions.Section)).BuildServiceProvider();
        _client = new MongoClient(settings["Store__ConnectionString"]);
        _database = _client.GetDatabase(settings["Store__Database"]);
    }

    public IArtifactStore Artifacts => _services.GetRequiredService<IArtifactStore>();

    public IRoundStore Rounds => _services.GetRequiredService<IRoundStore>();

    public ITrainingJobStore Jobs => _services.GetRequiredService<ITrainingJobStore>();

    public IFileStore Files => _services.GetRequiredService<IFileStore>();

    /// <summary>How many documents each collection holds.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CountsAsync(CancellationToken ct)
    {
        var counts = new Dictionary<string, long>();
        foreach (var name in await (await _database.ListCollectionNamesAsync(cancellationToken: ct)).ToListAsync(ct))
        {
            if (name.StartsWith(FilePieces, StringComparison.Ordinal)) continue;
            counts[name] = await _database.GetCollection<BsonDocument>(name)
                .CountDocumentsAsync(new BsonDocument(), cancellationToken: ct);
        }

        return counts;
    }

    /// <summary>Ends the transactions of sessions that nobody is at any more.</summary>
    public async Task EndSessionsAsync(IReadOnlyList<BsonDocument> sessions, CancellationToken ct)
    {
        if (sessions.Count == 0) return;
        await _client.GetDatabase("admin")
            .RunCommandAsync<BsonDocument>(new BsonDocument("killSessions", new BsonArray(sessions)), cancellationToken: ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _client.Dispose();
    }
}
