using Microsoft.Data.Sqlite;

namespace Sgasa.Artifacts.Sqlite;

/// <summary>Round documents in SQLite.</summary>
public sealed class SqliteRoundStore(SqliteDatabase database) : IRoundStore
{
    private const string Columns = "id, version, status, created_at, json";

    /// <inheritdoc />
    public Task<RoundDocument?> FindAsync(string roundId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(roundId);
        return database.ReadAsync(
            connection =>
            {
                using var command = connection.CreateCommand();
                command.CommandText = $"SELECT {Columns} FROM rounds WHERE id = $id";
                command.Parameters.AddWithValue("$id", roundId);
                using var reader = command.ExecuteReader();
                return reader.Read() ? Read(reader) : null;
            },
            cancellationToken);
    }

    /// <inheritdoc />
    public Task<string?> FindStatusAsync(string roundId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(roundId);
        return database.ReadAsync(
            connection =>
            {
                using var command = connection.CreateCommand();
                command.CommandText = "SELECT status FROM rounds WHERE id = $id";
                command.Parameters.AddWithValue("$id", roundId);
                return (string?)command.ExecuteScalar();
            },
            cancellationToken);
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<RoundDocument>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<RoundDocument>>(
            connection =>
            {
                using var command = connection.CreateCommand();
                command.CommandText = $"SELECT {Columns} FROM rounds ORDER BY created_at DESC, id DESC";
                using var reader = command.ExecuteReader();
                var rounds = new List<RoundDocument>();
                while (reader.Read())
                    rounds.Add(Read(reader));
                return rounds;
            },
            cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<RoundDocument>> PageAsync(
        int limit, RoundDocument? after, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<RoundDocument>>(
            connection =>
            {
                using var command = connection.CreateCommand();
                var where = after is null ? "" : "WHERE (created_at, id) < ($created, $id)";
                command.CommandText = $"SELECT {Columns} FROM rounds {where} ORDER BY created_at DESC, id DESC LIMIT $limit";
                command.Parameters.AddWithValue("$limit", limit);
                if (after is not null)
                {
                    command.Parameters.AddWithValue("$created", after.CreatedAt.UtcTicks);
                    command.Parameters.AddWithValue("$id", after.Id);
                }

                using var reader = command.ExecuteReader();
                var rounds = new List<RoundDocument>();
                while (reader.Read())
                    rounds.Add(Read(reader));
                return rounds;
            },
            cancellationToken);

    /// <inheritdoc />
    public Task<bool> TrySaveAsync(RoundDocument document, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentOutOfRangeException.ThrowIfNegative(document.Version);
        return database.WriteAsync(
            connection =>
            {
                using var command = connection.CreateCommand();
                command.CommandText = document.Version == 0
                    ? $"INSERT INTO rounds ({Columns}) VALUES ($id, 1, $status, $created, $json) ON CONFLICT (id) DO NOTHING"
                    : """
                      UPDATE rounds SET version = version + 1, status = $status, created_at = $created, json = $json
                      WHERE id = $id AND version = $version
                      """;
                command.Parameters.AddWithValue("$id", document.Id);
                command.Parameters.AddWithValue("$version", document.Version);
                command.Parameters.AddWithValue("$status", document.Status);
                command.Parameters.AddWithValue("$created", document.CreatedAt.UtcTicks);
                command.Parameters.AddWithValue("$json", document.Json);
                return command.ExecuteNonQuery() == 1;
            },
            cancellationToken);
    }

    private static RoundDocument Read(SqliteDataReader reader) => new()
    {
        Id = reader.GetString(0),
        Version = reader.GetInt64(1),
        Status = reader.GetString(2),
        CreatedAt = new DateTimeOffset(reader.GetInt64(3), TimeSpan.Zero),
        Json = reader.GetString(4),
    };
}
