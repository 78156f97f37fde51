using MongoDB.Bson;
using MongoDB.Driver;
using Sgasa.Contracts;

namespace Sgasa.Artifacts.Mongo;

/// <summary>
/// One MongoDB database, shared by the stores. Reads go to the primary and see what a majority has; writes are
/// acknowledged by a majority; the driver tries both once more when the primary changes.
/// </summary>
public sealed class MongoConnection : IDisposable
{
    private const int Attempts = 5;
    private const int AttemptsToEnd = 6;
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ConflictPause = TimeSpan.FromMilliseconds(50);
    private static readonly TransactionOptions Majority =
        new(readConcern: ReadConcern.Majority, readPreference: ReadPreference.Primary, writeConcern: WriteConcern.WMajority);

    private readonly MongoClient _client;
    private volatile Task<bool>? _hasTransactions;

    private MongoConnection(MongoClient client, string database)
    {
        _client = client;
        Database = client.GetDatabase(database, new MongoDatabaseSettings
        {
            ReadConcern = ReadConcern.Majority,
            ReadPreference = ReadPreference.Primary,
            WriteConcern = WriteConcern.WMajority,
        });
    }

    /// <summary>The database.</summary>
    internal IMongoDatabase Database { get; }

    private string Servers => string.Join(", ", _client.Settings.Servers);

    /// <summary>Prepares the connection; the servers are first asked when something is read or written.</summary>
    /// <exception cref="UserErrorException">The file of authorities can't be read.</exception>
    public static MongoConnection Open(StoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var settings = MongoClientSettings.FromConnectionString(options.ConnectionString);
        var unsaid = new MongoClientSettings();
        settings.ApplicationName ??= "sgasa";
        settings.WriteEncoding = MongoDocuments.TextEncoding;
        // Unless the connection string says otherwise: a database that is away is soon a fault, so that the message is tried
        // again later, and no call hangs on a server that went silent.
        if (settings.ServerSelectionTimeout == unsaid.ServerSelectionTimeout)
            settings.ServerSelectionTimeout = TimeSpan.FromSeconds(10);
        if (settings.ConnectTimeout == unsaid.ConnectTimeout) settings.ConnectTimeout = TimeSpan.FromSeconds(10);
        if (settings.SocketTimeout == unsaid.SocketTimeout) settings.SocketTimeout = TimeSpan.FromMinutes(1);
        if (settings.WaitQueueTimeout == unsaid.WaitQueueTimeout) settings.WaitQueueTimeout = TimeSpan.FromSeconds(30);
        if (options.CaFile.Length > 0) MongoTls.Trust(settings, options.CaFile);
        return new MongoConnection(new MongoClient(settings), options.Database);
    }

    /// <summary>Makes the indexes that are missing; asks again for a while where the server does not answer yet.</summary>
    /// <param name="patience">How long.</param>
    /// <param name="time">The clock of that.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="UserErrorException">The server can't be reached, or does not let this user in.</exception>
    public async Task PrepareAsync(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(time);
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                foreach (var indexes in MongoQueries.Indexes.GroupBy(index => index.Collection))
                {
                    await Collection(indexes.Key).Indexes.CreateManyAsync(
                        indexes.Select(index => new CreateIndexModel<BsonDocument>(index.Keys)), cancellationToken)
                        .ConfigureAwait(false);
                }

                return;
            }
            catch (MongoException fault) when (MongoFaults.IsRefusal(fault))
            {
                throw new UserErrorException(
                    $"MongoDB at {Servers} does not let this user into the database "
                    + $"'{Database.DatabaseNamespace.DatabaseName}': check Store:ConnectionString and the user's roles.",
                    fault);
            }
            catch (Exception fault) when (MongoFaults.IsTransient(fault) || fault is MongoCommandException)
            {
                // Several services that start at once may make the same collection; only one succeeds at first.
                if (time.GetElapsedTime(start) >= patience)
                {
                    // A timeout's own text is a page about the driver's state.
                    var reason = fault is TimeoutException ? "does not answer" : $"can't be used: {FirstLine(fault.Message)}";
                    throw new UserErrorException(
                        $"MongoDB at {Servers} {reason}; start it, or correct Store:ConnectionString and Store:CaFile.", fault);
                }
            }

            await Task.Delay(RetryPause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A collection of documents.</summary>
    internal IMongoCollection<BsonDocument> Collection(string name) => Database.GetCollection<BsonDocument>(name);

    /// <summary>The documents that a query finds, in its order.</summary>
    internal Task<List<BsonDocument>> ListAsync(
        MongoQuery query, IReadOnlyList<BsonValue> values, CancellationToken cancellationToken) =>
        Collection(query.Collection).Find(query.Filter(values)).Sort(query.Sort).ToListAsync(cancellationToken);

    /// <summary>The document with that id, or null.</summary>
    internal async Task<BsonDocument?> FindAsync(MongoQuery byId, string id, CancellationToken cancellationToken) =>
        await Collection(byId.Collection).Find(byId.Filter([id])).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Writes documents under their ids, replacing what was there: all of them or none in a replica set or a sharded
    /// cluster. A standalone server has no transactions: there they are written in order, and a fault leaves the first of
    /// them, until the same work is done again.
    /// </summary>
    internal async Task ReplaceAsync(
        string collection, IReadOnlyList<BsonDocument> documents, CancellationToken cancellationToken)
    {
        var target = Collection(collection);
        var writes = documents
            .Select(d => new ReplaceOneModel<BsonDocument>(new BsonDocument("_id", d["_id"]), d) { IsUpsert = true })
            .ToArray();
        // One document is written whole in any case.
        var together = documents.Count > 1 && await HasTransactionsAsync(cancellationToken).ConfigureAwait(false);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (!together) await target.BulkWriteAsync(writes, options: null, cancellationToken).ConfigureAwait(false);
                else await InTransactionAsync(target, writes, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (MongoException fault) when (MongoDocuments.IsDuplicate(fault) && attempt < Attempts)
            {
                // Two writers inserted the same new id at once: now it is there, and is replaced.
            }
            catch (MongoException fault) when (together && MongoFaults.IsUndone(fault) && attempt < Attempts)
            {
                // The transaction was given up, or nobody knows: writing the same again is right in both cases.
                await Task.Delay(ConflictPause * attempt, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _client.Dispose();

    private async Task InTransactionAsync(
        IMongoCollection<BsonDocument> target, ReplaceOneModel<BsonDocument>[] writes, CancellationToken cancellationToken)
    {
        // A session of its own for each attempt: in an old one, the server may still be at what a lost connection left.
        using var session = await _client.StartSessionAsync(options: null, cancellationToken).ConfigureAwait(false);
        session.StartTransaction(Majority);
        try
        {
            await target.BulkWriteAsync(session, writes, options: null, cancellationToken).ConfigureAwait(false);
            await session.CommitTransactionAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not MongoServerException && MongoFaults.IsTransient(fault))
        {
            await EndAsync(session, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    // The driver gives an abort up that finds no server, and a transaction left open keeps its documents from every other
    // writer for a minute. Ended here as soon as the server answers again; whether it was committed does not matter.
    private async Task EndAsync(IClientSessionHandle session, CancellationToken cancellationToken)
    {
        var kill = new BsonDocument("killSessions", new BsonArray { session.ServerSession.Id });
        for (var attempt = 1; attempt <= AttemptsToEnd; attempt++)
        {
            try
            {
                await _client.GetDatabase("admin").RunCommandAsync<BsonDocument>(kill, ReadPreference.Primary, cancellationToken)
                    .ConfigureAwait(false);
                return;
            }
            catch (MongoServerException)
            {
                return; // the server knows no such session, or lets nobody end one
            }
            catch (Exception fault) when (MongoFaults.IsTransient(fault))
            {
                await Task.Delay(RetryPause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<bool> HasTransactionsAsync(CancellationToken cancellationToken)
    {
        if (_hasTransactions is { IsFaulted: false, IsCanceled: false } known)
            return await known.WaitAsync(cancellationToken).ConfigureAwait(false);
        return await (_hasTransactions = AskAsync()).WaitAsync(cancellationToken).ConfigureAwait(false);

        async Task<bool> AskAsync()
        {
            var hello = await Database.RunCommandAsync<BsonDocument>(
                new BsonDocument("hello", 1), ReadPreference.Primary, CancellationToken.None).ConfigureAwait(false);
            return hello.Contains("setName") || hello.GetValue("msg", "") == "isdbgrid";
        }
    }

    private static string FirstLine(string text)
    {
        var line = text.AsSpan().EnumerateLines() is var lines && lines.MoveNext() ? lines.Current.TrimEnd('.').ToString() : "";
        return line.Length <= 200 ? line : line[..200] + "…";
    }
}
