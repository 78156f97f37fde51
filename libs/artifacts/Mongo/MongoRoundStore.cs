using MongoDB.Bson;
using MongoDB.Driver;

namespace Sgasa.Artifacts.Mongo;

/// <summary>Round documents in MongoDB.</summary>
public sealed class MongoRoundStore(MongoConnection connection) : IRoundStore
{
    private const int Schema = 1;

    /// <inheritdoc />
    public async Task<RoundDocument?> FindAsync(string roundId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(roundId);
        var found = await connection.FindAsync(MongoQueries.RoundById, roundId, cancellationToken).ConfigureAwait(false);
        return found is null ? null : Read(found);
    }

    /// <inheritdoc />
    public async Task<string?> FindStatusAsync(string roundId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(roundId);
        var found = await connection.Collection(MongoQueries.Rounds)
            .Find(MongoQueries.RoundById.Filter([roundId]))
            .Project(new BsonDocument { ["_id"] = 0, ["status"] = 1 })
            .FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        return found?["status"].AsString;
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<RoundDocument>> ListAsync(CancellationToken cancellationToken) =>
        (await connection.ListAsync(MongoQueries.RoundsNewestFirst, [], cancellationToken).ConfigureAwait(false))
        .ConvertAll(Read);

    /// <inheritdoc />
    public async Task<IReadOnlyList<RoundDocument>> PageAsync(
        int limit, RoundDocument? after, CancellationToken cancellationToken)
    {
        var query = after is null ? MongoQueries.RoundsNewestFirst : MongoQueries.RoundsAfter;
        var filter = after is null ? [] : query.Filter(
            [new BsonDocument("$lte", MongoDocuments.Text(after.CreatedAt))], MongoQueries.Behind(after));
        var found = await connection.Collection(query.Collection).Find(filter).Sort(query.Sort).Limit(limit)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return found.ConvertAll(Read);
    }

    /// <inheritdoc />
    /// <exception cref="DocumentTooLargeException">The round is larger than MongoDB stores.</exception>
    public async Task<bool> TrySaveAsync(RoundDocument document, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentOutOfRangeException.ThrowIfNegative(document.Version);
        var rounds = connection.Collection(MongoQueries.Rounds);
        var next = Write(document);
        if (document.Version > 0)
        {
            var query = MongoQueries.RoundAtVersion;
            var replaced = await rounds.ReplaceOneAsync(
                query.Filter([document.Id], new BsonDocument("version", document.Version)), next, new ReplaceOptions(),
                cancellationToken).ConfigureAwait(false);
            return replaced.MatchedCount == 1;
        }

        try
        {
            await rounds.InsertOneAsync(next, options: null, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (MongoWriteException fault) when (MongoDocuments.IsDuplicate(fault))
        {
            return false;
        }
    }

    private static BsonDocument Write(RoundDocument round) => MongoDocuments.Checked(
        new BsonDocument
        {
            ["_id"] = round.Id,
            [MongoDocuments.SchemaVersion] = Schema,
            ["version"] = round.Version + 1,
            ["status"] = round.Status,
            ["createdAt"] = MongoDocuments.Text(round.CreatedAt),
            ["json"] = round.Json,
        },
        "Round");

    private static RoundDocument Read(BsonDocument document)
    {
        MongoDocuments.CheckVersion(document, Schema, "Round");
        return new RoundDocument
        {
            Id = document["_id"].AsString,
            Version = document["version"].ToInt64(),
            Status = document["status"].AsString,
            CreatedAt = MongoDocuments.Time(document["createdAt"]),
            Json = document["json"].AsString,
        };
    }
}
