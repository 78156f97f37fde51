namespace Sgasa.Artifacts.Sqlite;

/// <summary>Reads from the database file.</summary>
public sealed class SqliteProbe(SqliteDatabase database) : IStoreProbe
{
    /// <inheritdoc />
    public Task CheckAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(
            connection =>
            {
                SqliteSchema.Execute(connection, "SELECT count(*) FROM sqlite_schema");
                return true;
            },
            cancellationToken);
}
