using MongoDB.Bson;
using MongoDB.Driver;

namespace Sgasa.Artifacts.Mongo;

/// <summary>Training jobs in MongoDB.</summary>
/// <param name="connection">The database.</param>
/// <param name="time">
/// The clock of the leases. The system's stands for the server's own: trainers may disagree about the time, and a lease must
/// not end early because one of them is ahead.
/// </param>
public sealed class MongoTrainingJobStore(MongoConnection connection, TimeProvider time) : ITrainingJobStore
{
    internal const int Schema = 1;

    private IMongoCollection<BsonDocument> Jobs => connection.Collection(MongoQueries.Jobs);

    private BsonValue Now => time == TimeProvider.System ? "$$NOW" : new BsonDateTime(time.GetUtcNow().UtcDateTime);

    /// <inheritdoc />
    /// <exception cref="DocumentTooLargeException">The job is larger than MongoDB stores.</exception>
    public async Task<TrainingJobRecord> AddAsync(TrainingJobRecord job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        var document = new BsonDocument
        {
            ["_id"] = job.Id,
            [MongoDocuments.SchemaVersion] = Schema,
            ["specification"] = job.Specification,
            ["createdAt"] = MongoDocuments.Text(job.CreatedAt),
        };
        MongoDocuments.Checked(document.AddRange(Progress(job, job.Status)), "Training job");
        try
        {
            await Jobs.InsertOneAsync(document, options: null, cancellationToken).ConfigureAwait(false);
            return Read(document);
        }
        catch (MongoWriteException fault) when (MongoDocuments.IsDuplicate(fault))
        {
            return (await FindAsync(job.Id, cancellationToken).ConfigureAwait(false))!;
        }
    }

    /// <inheritdoc />
    public async Task<TrainingJobRecord?> FindAsync(string jobId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jobId);
        var found = await connection.FindAsync(MongoQueries.JobById, jobId, cancellationToken).ConfigureAwait(false);
        return found is null ? null : Read(found);
    }

    /// <inheritdoc />
    public async Task<TrainingJobRecord?> LeaseNextAsync(
        string owner, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(owner);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        var query = MongoQueries.JobToLease;
        var leased = await Jobs.FindOneAndUpdateAsync<BsonDocument>(
            query.Filter([MongoQueries.NotEnded], MongoQueries.FreeFor(owner, Now)),
            Pipeline(new BsonDocument
            {
                ["status"] = nameof(TrainingJobStatus.Running),
                ["owner"] = Literal(owner),
                ["leaseUntil"] = After(duration),
            }),
            new FindOneAndUpdateOptions<BsonDocument> { Sort = query.Sort, ReturnDocument = ReturnDocument.After },
            cancellationToken).ConfigureAwait(false);
        return leased is null ? null : Read(leased);
    }

    /// <inheritdoc />
    public async Task<bool> RenewAsync(
        TrainingJobRecord job, string owner, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        var values = new BsonDocument { ["leaseUntil"] = After(duration) };
        foreach (var field in Progress(job, TrainingJobStatus.Running)) values[field.Name] = Literal(field.Value);
        var renewed = await Jobs.UpdateOneAsync(Held(job.Id, owner), Pipeline(values), options: null, cancellationToken)
            .ConfigureAwait(false);
        return renewed.MatchedCount == 1;
    }

    /// <inheritdoc />
    public Task CompleteAsync(TrainingJobRecord job, string owner, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (job.Status is TrainingJobStatus.Queued or TrainingJobStatus.Running)
            throw new ArgumentException($"Job '{job.Id}' is {job.Status}: only an ended job is completed.", nameof(job));

        return Jobs.UpdateOneAsync(
            Held(job.Id, owner), Unleased(Progress(job, job.Status)), options: null, cancellationToken);
    }

    /// <inheritdoc />
    public Task ReleaseAsync(string jobId, string owner, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jobId);
        return Jobs.UpdateOneAsync(
            Held(jobId, owner),
            Unleased(new BsonDocument("status", nameof(TrainingJobStatus.Queued))),
            options: null,
            cancellationToken);
    }

    /// <inheritdoc />
    public async Task<TrainingJobRecord?> CancelAsync(string jobId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jobId);
        await Jobs.UpdateOneAsync(
            MongoQueries.JobNotEnded.Filter([jobId]),
            Unleased(new BsonDocument("status", nameof(TrainingJobStatus.Cancelled))),
            options: null,
            cancellationToken).ConfigureAwait(false);
        return await FindAsync(jobId, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task<TrainingJobRecord?> RequeueAsync(string jobId, string specification, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jobId);
        await Jobs.UpdateOneAsync(
            MongoQueries.JobGivenUp.Filter([jobId]),
            Unleased(new BsonDocument
            {
                ["status"] = nameof(TrainingJobStatus.Queued),
                ["error"] = "",
                ["specification"] = specification,
            }),
            options: null,
            cancellationToken).ConfigureAwait(false);
        return await FindAsync(jobId, cancellationToken).ConfigureAwait(false);
    }

    private BsonDocument After(TimeSpan duration) => new(
        "$add", new BsonArray { Now, Literal((long)Math.Ceiling(duration.TotalMilliseconds)) });

    private static BsonDocument Held(string jobId, string owner) => MongoQueries.JobHeld.Filter(
        [jobId], new BsonDocument { ["owner"] = owner, ["status"] = nameof(TrainingJobStatus.Running) });

    private static BsonDocument Progress(TrainingJobRecord job, TrainingJobStatus status) => new()
    {
        ["status"] = status.ToString(),
        ["step"] = job.Step,
        ["steps"] = job.Steps,
        ["loss"] = job.Loss,
        ["tokensPerSecond"] = job.TokensPerSecond,
        ["error"] = job.Error,
    };

    private static UpdateDefinition<BsonDocument> Unleased(BsonDocument values) => new BsonDocument
    {
        ["$set"] = values,
        ["$unset"] = new BsonDocument { ["owner"] = "", ["leaseUntil"] = "" },
    };

    // A pipeline, because only there the server's time can be reckoned with.
    private static UpdateDefinition<BsonDocument> Pipeline(BsonDocument values) => Builders<BsonDocument>.Update.Pipeline(
        new BsonDocumentStagePipelineDefinition<BsonDocument, BsonDocument>([new BsonDocument("$set", values)]));

    // In a pipeline a text with a dollar would name a field.
    private static BsonDocument Literal(BsonValue value) => new("$literal", value);

    private static TrainingJobRecord Read(BsonDocument document)
    {
        MongoDocuments.CheckVersion(document, Schema, "Training job");
        return new TrainingJobRecord
        {
            Id = document["_id"].AsString,
            Specification = document["specification"].AsString,
            Status = Enum.Parse<TrainingJobStatus>(document["status"].AsString),
            CreatedAt = MongoDocuments.Time(document["createdAt"]),
            Step = document["step"].ToInt32(),
            Steps = document["steps"].ToInt32(),
            Loss = document["loss"].ToDouble(),
            TokensPerSecond = document["tokensPerSecond"].ToDouble(),
            Error = document["error"].AsString,
        };
    }
}
