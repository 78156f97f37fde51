using Microsoft.Data.Sqlite;

namespace Sgasa.Artifacts.Sqlite;

/// <summary>Training jobs in SQLite.</summary>
public sealed class SqliteTrainingJobStore(SqliteDatabase database, TimeProvider time) : ITrainingJobStore
{
    private const string Columns = "id, specification, status, created_at, step, steps, loss, tokens_per_second, error";

    /// <inheritdoc />
    public Task<TrainingJobRecord> AddAsync(TrainingJobRecord job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        return database.WriteAsync(
            connection =>
            {
                using var command = Command(
                    connection,
                    $"""
                    INSERT INTO training_jobs ({Columns})
                    VALUES ($id, $specification, $status, $created, $step, $steps, $loss, $tokens, $error)
                    ON CONFLICT (id) DO NOTHING
                    """,
                    ("$id", job.Id),
                    ("$specification", job.Specification),
                    ("$created", job.CreatedAt.UtcTicks));
                AddProgress(command, job, job.Status);
                command.ExecuteNonQuery();
                return Find(connection, job.Id)!;
            },
            cancellationToken);
    }

    /// <inheritdoc />
    public Task<TrainingJobRecord?> FindAsync(string jobId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jobId);
        return database.ReadAsync(connection => Find(connection, jobId), cancellationToken);
    }

    /// <inheritdoc />
    public Task<TrainingJobRecord?> LeaseNextAsync(string owner, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(owner);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        return database.WriteAsync(
            connection =>
            {
                var now = time.GetUtcNow();
                using var command = Command(
                    connection,
                    $"""
                    UPDATE training_jobs SET status = 'Running', owner = $owner, lease_until = $until
                    WHERE id = (
                        SELECT id FROM training_jobs
                        WHERE status = 'Queued' OR (status = 'Running' AND (lease_until <= $now OR owner = $owner))
                        ORDER BY created_at, id LIMIT 1)
                    RETURNING {Columns}
                    """,
                    ("$owner", owner),
                    ("$now", now.UtcTicks),
                    ("$until", (now + duration).UtcTicks));
                return ReadOne(command);
            },
            cancellationToken);
    }

    /// <inheritdoc />
    public Task<bool> RenewAsync(
        TrainingJobRecord job, string owner, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        return database.WriteAsync(
            connection =>
            {
                using var command = Command(
                    connection,
                    """
                    UPDATE training_jobs SET status = $status, step = $step, steps = $steps, loss = $loss,
                        tokens_per_second = $tokens, error = $error, lease_until = $until
                    WHERE id = $id AND owner = $owner AND status = 'Running'
                    """,
                    ("$id", job.Id),
                    ("$owner", owner),
                    ("$until", (time.GetUtcNow() + duration).UtcTicks));
                AddProgress(command, job, TrainingJobStatus.Running);
                return command.ExecuteNonQuery() == 1;
            },
            cancellationToken);
    }

    /// <inheritdoc />
    public Task CompleteAsync(TrainingJobRecord job, string owner, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (job.Status is TrainingJobStatus.Queued or TrainingJobStatus.Running)
            throw new ArgumentException($"Job '{job.Id}' is {job.Status}: only an ended job is completed.", nameof(job));

        return database.WriteAsync(
            connection =>
            {
                using var command = Command(
                    connection,
                    """
                    UPDATE training_jobs SET status = $status, step = $step, steps = $steps, loss = $loss,
                        tokens_per_second = $tokens, error = $error, owner = NULL, lease_until = NULL
                    WHERE id = $id AND owner = $owner AND status = 'Running'
                    """,
                    ("$id", job.Id),
                    ("$owner", owner));
                AddProgress(command, job, job.Status);
                return command.ExecuteNonQuery();
            },
            cancellationToken);
    }

    /// <inheritdoc />
    public Task ReleaseAsync(string jobId, string owner, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jobId);
        return database.WriteAsync(
            connection =>
            {
                using var command = Command(
                    connection,
                    """
                    UPDATE training_jobs SET status = 'Queued', owner = NULL, lease_until = NULL
                    WHERE id = $id AND owner = $owner AND status = 'Running'
                    """,
                    ("$id", jobId),
                    ("$owner", owner));
                return command.ExecuteNonQuery();
            },
            cancellationToken);
    }

    /// <inheritdoc />
    public Task<TrainingJobRecord?> CancelAsync(string jobId, CancellationToken cancellationToken) => ChangeAsync(
        """
        UPDATE training_jobs SET status = 'Cancelled', owner = NULL, lease_until = NULL
        WHERE id = $id AND status IN ('Queued', 'Running')
        """,
        jobId,
        cancellationToken);

    /// <inheritdoc />
    public Task<TrainingJobRecord?> RequeueAsync(string jobId, string specification, CancellationToken cancellationToken) => ChangeAsync(
        """
        UPDATE training_jobs SET status = 'Queued', error = '', specification = $specification
        WHERE id = $id AND status IN ('Failed', 'Cancelled')
        """,
        jobId,
        cancellationToken,
        ("$specification", specification));

    private Task<TrainingJobRecord?> ChangeAsync(
        string sql, string jobId, CancellationToken cancellationToken, params (string Name, object Value)[] more)
    {
        ArgumentNullException.ThrowIfNull(jobId);
        return database.WriteAsync(
            connection =>
            {
                using var command = Command(connection, sql, [("$id", jobId), .. more]);
                command.ExecuteNonQuery();
                return Find(connection, jobId);
            },
            cancellationToken);
    }

    private static TrainingJobRecord? Find(SqliteConnection connection, string jobId)
    {
        using var command = Command(connection, $"SELECT {Columns} FROM training_jobs WHERE id = $id", ("$id", jobId));
        return ReadOne(command);
    }

    private static SqliteCommand Command(
        SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        return command;
    }

    private static void AddProgress(SqliteCommand command, TrainingJobRecord job, TrainingJobStatus status)
    {
        command.Parameters.AddWithValue("$status", status.ToString());
        command.Parameters.AddWithValue("$step", job.Step);
        command.Parameters.AddWithValue("$steps", job.Steps);
        // SQLite has no NaN; a loss that is none is kept as NULL.
        command.Parameters.AddWithValue("$loss", double.IsNaN(job.Loss) ? DBNull.Value : job.Loss);
        command.Parameters.AddWithValue("$tokens", double.IsNaN(job.TokensPerSecond) ? DBNull.Value : job.TokensPerSecond);
        command.Parameters.AddWithValue("$error", job.Error);
    }

    private static TrainingJobRecord? ReadOne(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        if (!reader.Read())
            return null;

        return new TrainingJobRecord
        {
            Id = reader.GetString(0),
            Specification = reader.GetString(1),
            Status = Enum.Parse<TrainingJobStatus>(reader.GetString(2)),
            CreatedAt = new DateTimeOffset(reader.GetInt64(3), TimeSpan.Zero),
            Step = reader.GetInt32(4),
            Steps = reader.GetInt32(5),
            Loss = reader.IsDBNull(6) ? double.NaN : reader.GetDouble(6),
            TokensPerSecond = reader.IsDBNull(7) ? double.NaN : reader.GetDouble(7),
            Error = reader.GetString(8),
        };
    }
}
