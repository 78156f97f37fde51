using Microsoft.Data.Sqlite;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Artifacts.Sqlite;

/// <summary>Artifacts in SQLite: a table for each kind, the artifact itself as JSON.</summary>
public sealed class SqliteArtifactStore(SqliteDatabase database) : IArtifactStore
{
    private const int IdsPerQuery = 500;

    /// <inheritdoc />
    public Task UpsertAsync<T>(IReadOnlyCollection<T> artifacts, CancellationToken cancellationToken)
        where T : class, IArtifact
    {
        ArgumentNullException.ThrowIfNull(artifacts);
        var kind = ArtifactKind.Of<T>();
        return artifacts.Count == 0 ? Task.CompletedTask : database.WriteAsync(Upsert, cancellationToken);

        int Upsert(SqliteConnection connection)
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"""
                INSERT INTO {kind.Table} (id, round_id, schema, json) VALUES ($id, $round, {kind.Schema}, $json)
                ON CONFLICT (id) DO UPDATE SET round_id = excluded.round_id, schema = excluded.schema, json = excluded.json
                """;
            var id = command.Parameters.Add("$id", SqliteType.Text);
            var round = command.Parameters.Add("$round", SqliteType.Text);
            var json = command.Parameters.Add("$json", SqliteType.Text);
            foreach (var artifact in artifacts)
            {
                cancellationToken.ThrowIfCancellationRequested();
                (id.Value, round.Value, json.Value) = (artifact.Id, artifact.RoundId, ArtifactKind.Write(artifact));
                command.ExecuteNonQuery();
            }

            return artifacts.Count;
        }
    }

    /// <inheritdoc />
    public async Task<T?> FindAsync<T>(string id, CancellationToken cancellationToken) where T : class, IArtifact
    {
        ArgumentNullException.ThrowIfNull(id);
        var found = await database.ReadAsync(c => ByIds<T>(c, [id], cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        return found.GetValueOrDefault(id);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<T>> GetAsync<T>(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
        where T : class, IArtifact
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (ids.Count == 0)
            return [];

        var found = await database.ReadAsync(c => ByIds<T>(c, ids, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        return [.. ids.Select(id => found.GetValueOrDefault(id) ?? throw new ArtifactNotFoundException(typeof(T).Name, id))];
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<T>> ListAsync<T>(string roundId, CancellationToken cancellationToken)
        where T : class, IArtifact
    {
        ArgumentNullException.ThrowIfNull(roundId);
        return database.ReadAsync<IReadOnlyList<T>>(
            connection =>
            {
                using var command = connection.CreateCommand();
                command.CommandText = $"SELECT schema, json FROM {ArtifactKind.Of<T>().Table} WHERE round_id = $round";
                command.Parameters.AddWithValue("$round", roundId);
                var artifacts = Read<T>(command, cancellationToken);
                // Here, not in SQL: SQLite orders by UTF-8 bytes, ordinal order is by UTF-16 units.
                artifacts.Sort((a, b) => string.CompareOrdinal(a.Id, b.Id));
                return artifacts;
            },
            cancellationToken);
    }

    private Dictionary<string, T> ByIds<T>(
        SqliteConnection connection, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
        where T : class, IArtifact
    {
        var found = new Dictionary<string, T>(ids.Count, StringComparer.Ordinal);
        foreach (var chunk in ids.Distinct(StringComparer.Ordinal).Chunk(IdsPerQuery))
        {
            using var command = connection.CreateCommand();
            var names = chunk.Select((_, i) => $"$p{i}").ToArray();
            command.CommandText =
                $"SELECT schema, json FROM {ArtifactKind.Of<T>().Table} WHERE id IN ({string.Join(", ", names)})";
            for (var i = 0; i < chunk.Length; i++)
                command.Parameters.AddWithValue(names[i], chunk[i]);
            foreach (var artifact in Read<T>(command, cancellationToken))
                found[artifact.Id] = artifact;
        }

        return found;
    }

    private List<T> Read<T>(SqliteCommand command, CancellationToken cancellationToken) where T : class, IArtifact
    {
        var kind = ArtifactKind.Of<T>();
        var artifacts = new List<T>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (reader.GetInt32(0) > kind.Schema)
            {
                throw new UserErrorException(
                    $"The database '{database.Path}' holds a {typeof(T).Name} of a newer version of SGASA: use that "
                    + "version, or name another file.");
            }

            artifacts.Add(ArtifactKind.Read<T>(reader.GetString(1)));
        }

        return artifacts;
    }
}
