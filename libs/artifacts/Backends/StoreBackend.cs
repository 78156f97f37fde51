using Sgasa.Artifacts.Files;
using Sgasa.Artifacts.Mongo;
using Sgasa.Artifacts.Sqlite;

namespace Sgasa.Artifacts;

/// <summary>The stores of one host, all over the database that its options name.</summary>
internal sealed class StoreBackend : IDisposable
{
    private readonly IDisposable _database;
    private readonly Func<CancellationToken, Task> _prepare;

    private StoreBackend(IDisposable database, Func<CancellationToken, Task> prepare) =>
        (_database, _prepare) = (database, prepare);

    public required IArtifactStore Artifacts { get; init; }

    public required IRoundStore Rounds { get; init; }

    public required ITrainingJobStore Jobs { get; init; }

    public required IFileStore Files { get; init; }

    public required IStoreProbe Probe { get; init; }

    /// <summary>Opens the stores. SQLite's file is opened here; MongoDB is first asked in <see cref="PrepareAsync"/>.</summary>
    public static StoreBackend Open(StoreOptions options, TimeProvider time) =>
        options.KindOfStore == StoreKind.Sqlite
            ? OpenSqlite(options, time)
            : OpenMongo(options, time);

    /// <summary>Makes what the database lacks, collections and indexes; at start.</summary>
    public Task PrepareAsync(CancellationToken cancellationToken) => _prepare(cancellationToken);

    public void Dispose() => _database.Dispose();

    private static StoreBackend OpenSqlite(StoreOptions options, TimeProvider time)
    {
        var database = SqliteDatabase.Open(options.Path);
        return new StoreBackend(database, _ => Task.CompletedTask)
        {
            Artifacts = new SqliteArtifactStore(database),
            Rounds = new SqliteRoundStore(database),
            Jobs = new SqliteTrainingJobStore(database, time),
            Files = new FolderFileStore(options.FolderOfFiles, options.MaxFileSetBytes, time),
            Probe = new SqliteProbe(database),
        };
    }

    private static StoreBackend OpenMongo(StoreOptions options, TimeProvider time)
    {
        var connection = MongoConnection.Open(options);
        return new StoreBackend(connection, token => connection.PrepareAsync(options.StartTimeout, time, token))
        {
            Artifacts = new MongoArtifactStore(connection),
            Rounds = new MongoRoundStore(connection),
            Jobs = new MongoTrainingJobStore(connection, time),
            Files = options.KindOfFiles == FileStoreKind.GridFs
                ? new GridFsFileStore(connection, options.MaxFileSetBytes, time)
                : new FolderFileStore(options.FolderOfFiles, options.MaxFileSetBytes, time),
            Probe = new MongoProbe(connection),
        };
    }
}
