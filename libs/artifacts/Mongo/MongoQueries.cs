using MongoDB.Bson;

namespace Sgasa.Artifacts.Mongo;

/// <summary>
/// Every query that the stores make, and with it every index there is: a query that is not here is not made, and an
/// index that none of these needs is not kept up.
/// </summary>
internal static class MongoQueries
{
    public const string Rounds = "rounds", Jobs = "training_jobs", FileSets = "file_sets", Blobs = "blobs";

    private static readonly Dictionary<Type, MongoQuery> ArtifactsById = ArtifactKind.All.ToDictionary(
        kind => kind.Type, kind => ById(kind.Table));

    private static readonly Dictionary<Type, MongoQuery> ArtifactsByRound = ArtifactKind.All.ToDictionary(
        kind => kind.Type,
        kind => new MongoQuery(
            $"{kind.Table} of a round", new MongoIndex(kind.Table, new BsonDocument { ["roundId"] = 1, ["_id"] = 1 }))
        {
            Compared = ["roundId"],
        });

    public static MongoQuery RoundById { get; } = ById(Rounds);

    public static MongoQuery RoundAtVersion { get; } = ById(Rounds) with { Rest = new BsonDocument("version", 1L) };

    public static MongoQuery RoundsNewestFirst { get; } = new(
        "rounds, newest first", new MongoIndex(Rounds, new BsonDocument { ["createdAt"] = -1, ["_id"] = -1 }))
    {
        Sort = new BsonDocument { ["createdAt"] = -1, ["_id"] = -1 },
    };

    public static MongoQuery RoundsAfter { get; } = RoundsNewestFirst with
    {
        Name = "rounds after one, newest first",
        Compared = ["createdAt"],
    };

    public static MongoQuery JobById { get; } = ById(Jobs);

    public static MongoQuery JobHeld { get; } = ById(Jobs) with
    {
        Rest = new BsonDocument { ["owner"] = "o", ["status"] = nameof(TrainingJobStatus.Running) },
    };

    public static MongoQuery JobNotEnded { get; } = ById(Jobs) with { Rest = new BsonDocument("status", NotEnded) };

    public static MongoQuery JobGivenUp { get; } = ById(Jobs) with { Rest = new BsonDocument("status", GivenUp) };

    public static MongoQuery JobToLease { get; } = new(
        "the oldest job to be had",
        new MongoIndex(Jobs, new BsonDocument { ["status"] = 1, ["createdAt"] = 1, ["_id"] = 1 }))
    {
        Compared = ["status"],
        Sort = new BsonDocument { ["createdAt"] = 1, ["_id"] = 1 },
        Rest = FreeFor("o", "$$NOW"),
    };

    public static MongoQuery FileSetByKey { get; } = ById(FileSets);

    public static MongoQuery FileSetsBelow { get; } = ById(FileSets) with
    {
        Name = "file sets below a key",
        Sort = new BsonDocument("_id", 1),
    };

    public static MongoQuery BlobsByAge { get; } = new(
        "uploaded files older than a time", new MongoIndex($"{Blobs}.files", new BsonDocument("uploadDate", 1)))
    {
        Compared = ["uploadDate"],
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<MongoQuery> All { get; } =
    [
        .. ArtifactsById.Values, .. ArtifactsByRound.Values,
        RoundById, RoundAtVersion, RoundsNewestFirst, RoundsAfter,
        JobById, JobHeld, JobNotEnded, JobGivenUp, JobToLease,
        FileSetByKey, FileSetsBelow, BlobsByAge,
    ];

    /// <summary>The indexes to make.</summary>
    public static IReadOnlyList<MongoIndex> Indexes { get; } =
        [.. All.Select(q => q.Index).Where(index => !index.IsBuiltIn).Distinct()];

    /// <summary>Statuses of jobs that have not ended.</summary>
    public static BsonDocument NotEnded => new(
        "$in", new BsonArray { nameof(TrainingJobStatus.Queued), nameof(TrainingJobStatus.Running) });

    /// <summary>Statuses of jobs that ended without a checkpoint.</summary>
    public static BsonDocument GivenUp => new(
        "$in", new BsonArray { nameof(TrainingJobStatus.Failed), nameof(TrainingJobStatus.Cancelled) });

    /// <summary>Artifacts of one kind by their ids.</summary>
    public static MongoQuery ById(ArtifactKind kind) => ArtifactsById[kind.Type];

    /// <summary>Artifacts of one kind by their round.</summary>
    public static MongoQuery ByRound(ArtifactKind kind) => ArtifactsByRound[kind.Type];

    /// <summary>What comes behind a round, newest first, of those that are not newer.</summary>
    public static BsonDocument Behind(RoundDocument round) => new("$or", new BsonArray
    {
        new BsonDocument("createdAt", new BsonDocument("$lt", MongoDocuments.Text(round.CreatedAt))),
        new BsonDocument("_id", new BsonDocument("$lt", round.Id)),
    });

    /// <summary>A job that nobody holds at that time, or that its owner asks for.</summary>
    /// <param name="owner">Who asks.</param>
    /// <param name="now">The time, or the name of the server's.</param>
    public static BsonDocument FreeFor(string owner, BsonValue now) => new()
    {
        // A newer program's job is left to it.
        [MongoDocuments.SchemaVersion] = new BsonDocument("$lte", MongoTrainingJobStore.Schema),
        ["$or"] = new BsonArray
        {
            new BsonDocument("status", nameof(TrainingJobStatus.Queued)),
            new BsonDocument("owner", owner),
            new BsonDocument("$expr", new BsonDocument("$lte", new BsonArray { "$leaseUntil", now })),
        },
    };

    private static MongoQuery ById(string collection) =>
        new($"{collection} by id", MongoIndex.OfIds(collection)) { Compared = ["_id"] };
}
