using MongoDB.Bson;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Artifacts.Mongo;

/// <summary>Artifacts in MongoDB: a collection for each kind, the fields of the artifact's JSON as fields.</summary>
public sealed class MongoArtifactStore(MongoConnection connection) : IArtifactStore
{
    private const int IdsPerQuery = 1_000;

    /// <inheritdoc />
    /// <exception cref="DocumentTooLargeException">One of them is larger than MongoDB stores.</exception>
    /// <remarks>All or none in a replica set; on a standalone server a fault may leave the first of them.</remarks>
    public async Task UpsertAsync<T>(IReadOnlyCollection<T> artifacts, CancellationToken cancellationToken)
        where T : class, IArtifact
    {
        ArgumentNullException.ThrowIfNull(artifacts);
        if (artifacts.Count == 0) return;
        var documents = new Dictionary<string, BsonDocument>(artifacts.Count, StringComparer.Ordinal);
        foreach (var artifact in artifacts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            documents[artifact.Id] = MongoDocuments.Of(artifact);
        }

        await connection.ReplaceAsync(ArtifactKind.Of<T>().Table, [.. documents.Values], cancellationToken)
            .ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task<T?> FindAsync<T>(string id, CancellationToken cancellationToken) where T : class, IArtifact
    {
        ArgumentNullException.ThrowIfNull(id);
        var found = await connection.FindAsync(MongoQueries.ById(ArtifactKind.Of<T>()), id, cancellationToken)
            .ConfigureAwait(false);
        return found is null ? null : MongoDocuments.Read<T>(found);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<T>> GetAsync<T>(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
        where T : class, IArtifact
    {
        ArgumentNullException.ThrowIfNull(ids);
        var found = new Dictionary<string, T>(ids.Count, StringComparer.Ordinal);
        foreach (var chunk in ids.Distinct(StringComparer.Ordinal).Chunk(IdsPerQuery))
        {
            var documents = await connection.ListAsync(
                MongoQueries.ById(ArtifactKind.Of<T>()), [new BsonDocument("$in", new BsonArray(chunk))], cancellationToken)
                .ConfigureAwait(false);
            foreach (var document in documents) found[document["_id"].AsString] = MongoDocuments.Read<T>(document);
        }

        return [.. ids.Select(id => found.GetValueOrDefault(id) ?? throw new ArtifactNotFoundException(typeof(T).Name, id))];
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<T>> ListAsync<T>(string roundId, CancellationToken cancellationToken)
        where T : class, IArtifact
    {
        ArgumentNullException.ThrowIfNull(roundId);
        var documents = await connection.ListAsync(
            MongoQueries.ByRound(ArtifactKind.Of<T>()), [roundId], cancellationToken).ConfigureAwait(false);
        var artifacts = documents.ConvertAll(MongoDocuments.Read<T>);
        // Here, not by the server: it orders by UTF-8 bytes, ordinal order is by UTF-16 units.
        artifacts.Sort((a, b) => string.CompareOrdinal(a.Id, b.Id));
        return artifacts;
    }
}
