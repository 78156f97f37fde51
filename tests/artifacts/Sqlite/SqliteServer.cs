using Sgasa.Artifacts.Files;
using Sgasa.Artifacts.Sqlite;
using Sgasa.Artifacts.Tests.Contract;

namespace Sgasa.Artifacts.Tests.Sqlite;

/// <summary>A database file in a temporary folder; each connection opens it anew, as another process would.</summary>
internal sealed class SqliteServer : IStoreServer
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sgasa-test-").FullName;
    private readonly List<SqliteDatabase> _open = [];

    public Task<StoreConnection> ConnectAsync(TimeProvider time)
    {
        var database = SqliteDatabase.Open(Path.Combine(_folder, "sgasa.db"));
        _open.Add(database);
        return Task.FromResult(new StoreConnection(
            new SqliteArtifactStore(database),
            new SqliteRoundStore(database),
            new SqliteTrainingJobStore(database, time),
            new FolderFileStore(Path.Combine(_folder, "files"), long.MaxValue, time),
            new FolderFileStore(Path.Combine(_folder, "files"), 1_000, time),
            new SqliteProbe(database)));
    }

    public ValueTask DisposeAsync()
    {
        _open.ForEach(d => d.Dispose());
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
