using MongoDB.Bson;
using MongoDB.Driver;

namespace Sgasa.Artifacts.Mongo;

/// <summary>Asks the primary for a sign of life.</summary>
public sealed class MongoProbe(MongoConnection connection) : IStoreProbe
{
    /// <inheritdoc />
    public Task CheckAsync(CancellationToken cancellationToken) =>
        connection.Database.RunCommandAsync<BsonDocument>(
            new BsonDocument("ping", 1), ReadPreference.Primary, cancellationToken);
}
