namespace Sgasa.Artifacts.Sqlite;

/// <summary>The three stores in a temporary folder that goes when this is disposed: for tests and one-off commands.</summary>
public sealed class TemporaryStores : IDisposable
{
    private readonly string _folder;

    private TemporaryStores(string folder, TimeProvider time)
    {
        _folder = folder;
        Database = SqliteDatabase.Open(Path.Combine(folder, "sgasa.db"));
        Artifacts = new SqliteArtifactStore(Database);
        Rounds = new SqliteRoundStore(Database);
        Jobs = new SqliteTrainingJobStore(Database, time);
    }

    /// <summary>The database behind the stores.</summary>
    public SqliteDatabase Database { get; }

    /// <summary>Artifacts.</summary>
    public IArtifactStore Artifacts { get; }

    /// <summary>Round documents.</summary>
    public IRoundStore Rounds { get; }

    /// <summary>Training jobs.</summary>
    public ITrainingJobStore Jobs { get; }

    /// <summary>Makes empty stores.</summary>
    /// <param name="time">The clock of the leases; the system's by default.</param>
    public static TemporaryStores Open(TimeProvider? time = null) =>
        new(Directory.CreateTempSubdirectory("sgasa-").FullName, time ?? TimeProvider.System);

    /// <summary>Closes the database and deletes it.</summary>
    public void Dispose()
    {
        Database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
