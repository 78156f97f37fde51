using Microsoft.Data.Sqlite;
using Sgasa.Contracts;

namespace Sgasa.Artifacts.Sqlite;

/// <summary>The tables of the database, and how a file says that it is ours.</summary>
internal static class SqliteSchema
{
    /// <summary>Raised when an older program could no longer use the tables.</summary>
    public const int Version = 1;

    /// <summary>"SGAS" in SQLite's header: whose database it is.</summary>
    public const int ApplicationId = 0x53474153;

    /// <summary>Makes what is missing; refuses other programs' and newer versions' files.</summary>
    public static void Prepare(SqliteConnection connection, string path)
    {
        // Immediate: two processes that start at once make the tables one after the other; and a file that can't be
        // written is found out here.
        using var transaction = connection.BeginTransaction(deferred: false);
        var version = Scalar(connection, "PRAGMA user_version");
        var application = Scalar(connection, "PRAGMA application_id");
        var isNew = Scalar(connection, "SELECT count(*) FROM sqlite_schema") == 0;
        if (!isNew && application != ApplicationId)
        {
            throw new UserErrorException(
                $"'{path}' is another program's database: name another file, or move this one away.");
        }

        if (version > Version)
        {
            throw new UserErrorException(
                $"The database '{path}' was written by a newer version of SGASA (schema {version}, this one knows "
                + $"{Version}): use that version, or name another file.");
        }

        foreach (var kind in ArtifactKind.All)
        {
            Execute(connection, $"""
                CREATE TABLE IF NOT EXISTS {kind.Table} (
                    id TEXT PRIMARY KEY NOT NULL, round_id TEXT NOT NULL, schema INTEGER NOT NULL, json TEXT NOT NULL)
                """);
            Execute(connection, $"CREATE INDEX IF NOT EXISTS {kind.Table}_round ON {kind.Table} (round_id)");
        }

        // Times are UTC ticks. A job's specification may be large, so progress has its own columns.
        Execute(connection, """
            CREATE TABLE IF NOT EXISTS rounds (
                id TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, status TEXT NOT NULL,
                created_at INTEGER NOT NULL, json TEXT NOT NULL)
            """);
        Execute(connection, """
            CREATE TABLE IF NOT EXISTS training_jobs (
                id TEXT PRIMARY KEY NOT NULL, status TEXT NOT NULL, created_at INTEGER NOT NULL,
                step INTEGER NOT NULL, steps INTEGER NOT NULL, loss REAL, tokens_per_second REAL,
                error TEXT NOT NULL, owner TEXT, lease_until INTEGER, specification TEXT NOT NULL)
            """);
        Execute(connection, $"PRAGMA user_version = {Version}");
        Execute(connection, $"PRAGMA application_id = {ApplicationId}");
        transaction.Commit();
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static long Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
