using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.GridFS;
using Sgasa.Artifacts.Files;

namespace Sgasa.Artifacts.Mongo;

/// <summary>
/// Files in the database itself, with GridFS: the files are uploaded under ids of their own, and then one document, the
/// list of the key's files, is replaced; what the earlier list named is deleted.
/// </summary>
/// <param name="connection">The database.</param>
/// <param name="maxSetBytes">Most bytes in one set.</param>
/// <param name="time">Tells uploads that died from those under way.</param>
public sealed class GridFsFileStore(MongoConnection connection, long maxSetBytes, TimeProvider time) : IFileStore
{
    private const int Schema = 1;
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    private readonly GridFSBucket _blobs = new(connection.Database, new GridFSBucketOptions
    {
        BucketName = MongoQueries.Blobs,
        ChunkSizeBytes = 1 << 20,
    });

    private int _writes;

    private IMongoCollection<BsonDocument> Sets => connection.Collection(MongoQueries.FileSets);

    /// <inheritdoc />
    public async Task<FileSet> WriteAsync(
        string key, IReadOnlyCollection<FileSource> files, CancellationToken cancellationToken)
    {
        FileNames.Check(key, files);
        cancellationToken.ThrowIfCancellationRequested();
        if (Interlocked.Increment(ref _writes) == 1) await RemoveAbandonedAsync(cancellationToken).ConfigureAwait(false);
        var blobs = new Dictionary<string, ObjectId>(StringComparer.Ordinal);
        var intake = new FileIntake(key, maxSetBytes);
        try
        {
            foreach (var file in files)
                blobs[file.Name] = await UploadAsync(file, intake, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await RemoveAsync(blobs.Values, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        // A fault from here on leaves open whether the list was replaced: the files stay, and go a day later where not.
        var earlier = await Sets.FindOneAndReplaceAsync<BsonDocument>(
            MongoQueries.FileSetByKey.Filter([key]),
            Write(intake.Set, blobs),
            new FindOneAndReplaceOptions<BsonDocument> { IsUpsert = true, ReturnDocument = ReturnDocument.Before },
            cancellationToken).ConfigureAwait(false);
        await RemoveAsync(BlobsOf(earlier), cancellationToken).ConfigureAwait(false);
        return intake.Set;
    }

    /// <inheritdoc />
    public async Task<FileSet?> FindAsync(string key, CancellationToken cancellationToken)
    {
        FileNames.CheckKey(key);
        return await SetAsync(key, cancellationToken).ConfigureAwait(false) is { } document ? Read(document) : null;
    }

    /// <inheritdoc />
    public async Task<Stream> OpenReadAsync(string key, string name, CancellationToken cancellationToken)
    {
        FileNames.CheckKey(key);
        FileNames.CheckName(name);
        var set = await SetAsync(key, cancellationToken).ConfigureAwait(false);
        var file = set?["files"].AsBsonArray.FirstOrDefault(f => f["name"] == name);
        try
        {
            if (file is not null)
            {
                return await _blobs.OpenDownloadStreamAsync(file["blob"].AsObjectId, options: null, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        catch (GridFSFileNotFoundException)
        {
            // The set was replaced meanwhile.
        }

        throw new FileNotFoundException($"There is no file '{name}' under '{key}'.", name);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<string>> ListAsync(string key, CancellationToken cancellationToken)
    {
        FileNames.CheckKey(key);
        // '0' is what comes after '/'.
        var below = new BsonDocument { ["$gt"] = key + "/", ["$lt"] = key + "0" };
        var sets = await connection.ListAsync(MongoQueries.FileSetsBelow, [below], cancellationToken).ConfigureAwait(false);
        return sets.ConvertAll(set => set["_id"].AsString);
    }

    /// <inheritdoc />
    public async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        FileNames.CheckKey(key);
        var earlier = await Sets.FindOneAndDeleteAsync<BsonDocument>(
            MongoQueries.FileSetByKey.Filter([key]), options: null, cancellationToken).ConfigureAwait(false);
        await RemoveAsync(BlobsOf(earlier), cancellationToken).ConfigureAwait(false);
    }

    private async Task<ObjectId> UploadAsync(FileSource file, FileIntake intake, CancellationToken cancellationToken)
    {
        await using var target = await _blobs.OpenUploadStreamAsync(file.Name, options: null, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            await intake.CopyAsync(file, target, cancellationToken).ConfigureAwait(false);
            await target.CloseAsync(cancellationToken).ConfigureAwait(false);
            return target.Id;
        }
        catch
        {
            await target.AbortAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<BsonDocument?> SetAsync(string key, CancellationToken cancellationToken)
    {
        var set = await connection.FindAsync(MongoQueries.FileSetByKey, key, cancellationToken).ConfigureAwait(false);
        if (set is not null) MongoDocuments.CheckVersion(set, Schema, "The list of files");
        return set;
    }

    // What can't be removed now is removed a day later, as abandoned.
    private async Task RemoveAsync(IEnumerable<ObjectId> blobs, CancellationToken cancellationToken)
    {
        foreach (var blob in blobs)
        {
            try
            {
                await _blobs.DeleteAsync(blob, cancellationToken).ConfigureAwait(false);
            }
            catch (GridFSFileNotFoundException)
            {
                // Another one removed it.
            }
            catch (Exception fault) when (MongoFaults.IsTransient(fault))
            {
                return;
            }
        }
    }

    /// <summary>Removes files that no list names, and that nobody can be about to list any more.</summary>
    private async Task RemoveAbandonedAsync(CancellationToken cancellationToken)
    {
        var before = new BsonDateTime((time.GetUtcNow() - Abandoned).UtcDateTime);
        var old = await connection.ListAsync(
            MongoQueries.BlobsByAge, [new BsonDocument("$lt", before)], cancellationToken).ConfigureAwait(false);
        if (old.Count == 0) return;
        var sets = await connection.ListAsync(
            MongoQueries.FileSetsBelow, [new BsonDocument("$gt", "")], cancellationToken).ConfigureAwait(false);
        await RemoveAsync(old.Select(b => b["_id"].AsObjectId).Except(sets.SelectMany(BlobsOf)), cancellationToken)
            .ConfigureAwait(false);
    }

    private static IEnumerable<ObjectId> BlobsOf(BsonDocument? set) =>
        set?["files"].AsBsonArray.Select(file => file["blob"].AsObjectId) ?? [];

    private static BsonDocument Write(FileSet set, Dictionary<string, ObjectId> blobs) => new()
    {
        ["_id"] = set.Key,
        [MongoDocuments.SchemaVersion] = Schema,
        ["version"] = set.Version,
        ["files"] = new BsonArray(set.Files.Select(file => new BsonDocument
        {
            ["name"] = file.Name,
            ["length"] = file.Length,
            ["sha256"] = file.Sha256,
            ["blob"] = blobs[file.Name],
        })),
    };

    private static FileSet Read(BsonDocument document) => new()
    {
        Key = document["_id"].AsString,
        Version = document["version"].AsString,
        Files =
        [
            .. document["files"].AsBsonArray.Select(
                f => new StoredFile(f["name"].AsString, f["length"].ToInt64(), f["sha256"].AsString)),
        ],
    };
}
