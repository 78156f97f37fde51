using Microsoft.Data.Sqlite;
using Sgasa.Contracts;

namespace Sgasa.Artifacts.Sqlite;

/// <summary>
/// One database file, shared by the three stores: one writer at a time, readers beside it. What was acknowledged
/// survives the death of the process and of the machine (write-ahead log, flushed on every commit).
/// </summary>
public sealed class SqliteDatabase : IDisposable
{
    private readonly SqliteConnection _writer;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly string _connectionString;
    private volatile bool _disposed;

    private SqliteDatabase(string path, string connectionString, SqliteConnection writer) =>
        (Path, _connectionString, _writer) = (path, connectionString, writer);

    /// <summary>The full path of the file.</summary>
    public string Path { get; }

    /// <summary>Opens the database, and makes the file, its folder and its tables where they are missing.</summary>
    /// <exception cref="UserErrorException">The file is no database, another program's, a newer version's, or can't be
    /// written.</exception>
    public static SqliteDatabase Open(SqliteStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var path = System.IO.Path.GetFullPath(options.Path);
        MakeFolder(path);
        var connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            DefaultTimeout = (int)Math.Ceiling(options.BusyTimeout.TotalSeconds),
        }.ToString();
        var writer = new SqliteConnection(connectionString);
        try
        {
            writer.Open();
            // SQLite's own waiting polls finer than that of its .NET library.
            SqliteSchema.Execute(writer, $"PRAGMA busy_timeout = {(int)options.BusyTimeout.TotalMilliseconds}");
            SqliteSchema.Execute(writer, "PRAGMA journal_mode = WAL");
            SqliteSchema.Execute(writer, "PRAGMA synchronous = FULL");
            SqliteSchema.Prepare(writer, path);
            return new SqliteDatabase(path, connectionString, writer);
        }
        catch (Exception fault)
        {
            Close(writer);
            if (fault is SqliteException sqlite && SqliteFaults.TranslateAtOpen(sqlite, path) is { } error)
                throw error;
            throw;
        }
    }

    /// <summary>Opens the database in that file with the default options.</summary>
    public static SqliteDatabase Open(string path) => Open(new SqliteStoreOptions { Path = path });

    /// <summary>Closes the file. Work in progress ends first.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;

        _writing.Wait();
        _disposed = true;
        Close(_writer);
        // Released, not disposed: who still waits must wake up and find it closed.
        _writing.Release();
    }

    /// <summary>Runs work in a transaction of its own, alone among the writers; an exception undoes it.</summary>
    internal async Task<T> WriteAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            using var transaction = _writer.BeginTransaction(deferred: false);
            var result = work(_writer);
            cancellationToken.ThrowIfCancellationRequested();
            transaction.Commit();
            return result;
        }
        catch (SqliteException fault) when (SqliteFaults.Translate(fault, Path) is { } error)
        {
            throw error;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Runs work on one snapshot of the database; never waits for a writer.</summary>
    internal Task<T> ReadAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            using var connection = new SqliteConnection(_connectionString);
            connection.Open();
            using var transaction = connection.BeginTransaction(deferred: true);
            return Task.FromResult(work(connection));
        }
        catch (SqliteException fault) when (SqliteFaults.Translate(fault, Path) is { } error)
        {
            throw error;
        }
    }

    private static void MakeFolder(string path)
    {
        var folder = System.IO.Path.GetDirectoryName(path)!;
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(
                $"The folder '{folder}' of the database can't be made: {fault.Message.TrimEnd('.')}. Name another.", fault);
        }
    }

    private static void Close(SqliteConnection writer)
    {
        writer.Dispose();
        // Closed connections wait in a pool, and would keep the file open.
        SqliteConnection.ClearPool(writer);
    }
}
