using MongoDB.Bson;
using MongoDB.Driver;
using Sgasa.Artifacts.Mongo;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Artifacts.Tests.Mongo;

/// <summary>How things lie in the database, and what it refuses.</summary>
public sealed class MongoDocumentsTests(MongoContainers containers) : IAsyncLifetime
{
    private MongoServer _server = null!;
    private MongoConnection _connection = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IMongoCollection<BsonDocument> Attacks => _connection.Collection("attack_prompt");

    private MongoArtifactStore Store => new(_connection);

    public async ValueTask InitializeAsync()
    {
        _server = await MongoServer.StartAsync(containers, Topology.ReplicaSet, GetType());
        _connection = _server.Connect();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task UpsertAsync_Artifact_HasItsFieldsForQueries()
    {
        await Store.UpsertAsync([Some.Attack(0), Some.Attack(1)], Token);

        var found = await Attacks.Find(new BsonDocument { ["label"] = "Harmful", ["family"] = "educator" }).SingleAsync(Token);

        found.Names.ShouldBe(
            ["_id", "schemaVersion", "roundId", "logId", "text", "label", "family", "source"], ignoreOrder: true);
        found["schemaVersion"].ShouldBe(1);
    }

    [Fact]
    public async Task UpsertAsync_NestedArtifact_IsADocumentThroughout()
    {
        await Store.UpsertAsync(Some.Evaluation(), Token);

        var found = await _connection.Collection("evaluation")
            .Find(new BsonDocument("counts.harmfulScored", 2)).SingleAsync(Token);

        found["counts"]["unscored"].ToInt32().ShouldBe(5);
    }

    [Fact]
    public async Task FindAsync_FieldsOfAnotherVersion_AreSkipped()
    {
        await Store.UpsertAsync(Some.Attack(0), Token);
        await Attacks.UpdateOneAsync(
            new BsonDocument(), new BsonDocument("$set", new BsonDocument { ["added.later"] = 1, ["when"] = DateTime.UnixEpoch }),
            options: null, Token);

        (await Store.FindAsync<AttackPrompt>(Some.Attack(0).Id, Token)).ShouldBe(Some.Attack(0));
    }

    [Fact]
    public async Task Read_NewerSchema_NamesTheDocument()
    {
        await Store.UpsertAsync(Some.Attack(0), Token);
        await new MongoRoundStore(_connection).TrySaveAsync(Some.Round("r1"), Token);
        await new MongoTrainingJobStore(_connection, TimeProvider.System).AddAsync(Some.Job("j1"), Token);
        foreach (var name in (string[])["attack_prompt", "rounds", "training_jobs"])
        {
            await _connection.Collection(name).UpdateManyAsync(
                new BsonDocument(), new BsonDocument("$set", new BsonDocument("schemaVersion", 2)), options: null, Token);
        }

        var faults = new[]
        {
            await Should.ThrowAsync<UserErrorException>(Store.ListAsync<AttackPrompt>("r1", Token)),
            await Should.ThrowAsync<UserErrorException>(new MongoRoundStore(_connection).ListAsync(Token)),
            await Should.ThrowAsync<UserErrorException>(
                new MongoTrainingJobStore(_connection, TimeProvider.System).FindAsync("j1", Token)),
        };

        faults.Select(f => f.Message).ShouldBe(
        [
            "AttackPrompt 'r1/attack/00000' in the database is of a newer version of SGASA (schema 2, this one knows 1): "
                + "use that version.",
            "Round 'r1' in the database is of a newer version of SGASA (schema 2, this one knows 1): use that version.",
            "Training job 'j1' in the database is of a newer version of SGASA (schema 2, this one knows 1): use that version.",
        ]);
        (await new MongoTrainingJobStore(_connection, TimeProvider.System).LeaseNextAsync("o", TimeSpan.FromHours(1), Token))
            .ShouldBeNull();
    }

    [Fact]
    public async Task UpsertAsync_LargerThanADocument_IsRefusedBeforeTheServer()
    {
        var text = new string('x', 17_000_000);

        var fault = await Should.ThrowAsync<DocumentTooLargeException>(
            () => Store.UpsertAsync([Some.Attack(0), Some.Attack(1, text)], Token));

        // 17,000,000 and the other fields of the prompt.
        fault.Message.ShouldMatch(
            "^AttackPrompt 'r1/attack/00001' takes 170001[0-9]{2} bytes as a MongoDB document, and 16777216 is the most: "
            + "shorten it\\.$");
        (await Store.FindAsync<AttackPrompt>(Some.Attack(0).Id, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task TrySaveAsync_LargerThanADocument_IsRefused()
    {
        var round = Some.Round("r1", json: new string('x', 17_000_000));

        var fault = await Should.ThrowAsync<DocumentTooLargeException>(
            new MongoRoundStore(_connection).TrySaveAsync(round, Token));

        fault.Message.ShouldStartWith("Round 'r1' takes 170001");
    }

    [Theory]
    [InlineData(Topology.ReplicaSet, 0)]
    [InlineData(Topology.Standalone, 1)]
    public async Task UpsertAsync_ServerRefusesTheSecond_LeavesNoneWhereThereAreTransactions(Topology topology, int left)
    {
        await using var server = await MongoServer.StartAsync(containers, topology, typeof(RefusedWrites));
        var connection = server.Connect();
        await connection.Collection("attack_prompt").Indexes.CreateOneAsync(
            new CreateIndexModel<BsonDocument>(new BsonDocument("logId", 1), new CreateIndexOptions { Unique = true }),
            options: null, Token);
        var store = new MongoArtifactStore(connection);

        await Should.ThrowAsync<MongoException>(
            () => store.UpsertAsync([Some.Attack(0), Some.Attack(1) with { LogId = Some.Attack(0).LogId }], Token));

        (await store.ListAsync<AttackPrompt>("r1", Token)).Count.ShouldBe(left);
    }

    [Fact]
    public async Task LeaseNextAsync_SystemClock_ReckonsWithTheServers()
    {
        var jobs = new MongoTrainingJobStore(_connection, TimeProvider.System);
        await jobs.AddAsync(Some.Job("j1"), Token);
        await jobs.LeaseNextAsync("a", TimeSpan.FromHours(1), Token);

        var stored = await _connection.Collection("training_jobs").Find(new BsonDocument()).SingleAsync(Token);
        var server = await _connection.Database.RunCommandAsync<BsonDocument>(
            new BsonDocument("hello", 1), cancellationToken: Token);

        var left = stored["leaseUntil"].ToUniversalTime() - server["localTime"].ToUniversalTime();
        left.ShouldBeInRange(TimeSpan.FromMinutes(50), TimeSpan.FromHours(1));
        (await jobs.LeaseNextAsync("b", TimeSpan.FromHours(1), Token)).ShouldBeNull();
    }

    [Fact]
    public async Task WriteAsync_FilesThatNoListNames_GoADayLater()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var bucket = new MongoDB.Driver.GridFS.GridFSBucket(
            _connection.Database, new MongoDB.Driver.GridFS.GridFSBucketOptions { BucketName = MongoQueries.Blobs });
        await new GridFsFileStore(_connection, 100, time).WriteAsync("kept", [Bytes("a")], Token);
        await bucket.UploadFromBytesAsync("of an upload that died", [1, 2], options: null, Token);

        await new GridFsFileStore(_connection, 100, time).WriteAsync("today", [Bytes("a")], Token);
        var today = await _connection.Collection("blobs.files").CountDocumentsAsync(new BsonDocument(), options: null, Token);
        time.Advance(TimeSpan.FromDays(2));
        await new GridFsFileStore(_connection, 100, time).WriteAsync("later", [Bytes("a")], Token);
        var later = await _connection.Collection("blobs.files").CountDocumentsAsync(new BsonDocument(), options: null, Token);

        (today, later).ShouldBe((3, 3)); // kept, died, today; kept, today, later
        (await new GridFsFileStore(_connection, 100, time).OpenReadAsync("kept", "a", Token)).ReadByte().ShouldBe(7);
    }

    private static Files.FileSource Bytes(string name) => new(name, () => new MemoryStream([7]));

    private sealed class RefusedWrites;
}
