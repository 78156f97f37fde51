using MongoDB.Bson;
using MongoDB.Driver;
using Sgasa.Artifacts.Mongo;

namespace Sgasa.Artifacts.Tests.Mongo;

/// <summary>Every query that the stores make has an index that serves it, in the declarations and on the server.</summary>
public sealed class MongoQueriesTests(MongoContainers containers)
{
    private static readonly string[] Sides = ["$gt", "$gte", "$lt", "$lte"];

    public static TheoryData<string> Names => [.. MongoQueries.All.Select((_, i) => $"{i}")];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void All_Declared_BeginTheirIndexWithWhatTheyCompareAndSortBy()
    {
        foreach (var query in MongoQueries.All)
        {
            var sorted = query.Sort?.Names.Except(query.Compared) ?? [];
            var needed = query.Compared.Concat(sorted).ToArray();

            query.Index.Keys.Names.Take(needed.Length).ShouldBe(needed, query.Name);
            needed.ShouldNotBeEmpty(query.Name);
        }
    }

    [Fact]
    public void All_Sorted_HaveTheIndexesDirections()
    {
        foreach (var query in MongoQueries.All.Where(q => q.Sort is not null))
        {
            var directions = query.Sort!.Elements.Select(e => e.Value.ToInt32() * query.Index.Keys[e.Name].ToInt32());

            directions.Distinct().Count().ShouldBe(1, query.Name);
        }
    }

    [Fact]
    public void All_EveryKindOfArtifact_IsFoundByIdAndByRound()
    {
        foreach (var kind in ArtifactKind.All)
        {
            MongoQueries.All.ShouldContain(MongoQueries.ById(kind));
            MongoQueries.All.ShouldContain(MongoQueries.ByRound(kind));
            MongoQueries.ByRound(kind).Collection.ShouldBe(kind.Table);
        }
    }

    [Theory]
    [InlineData(Topology.ReplicaSet)]
    [InlineData(Topology.Standalone)]
    public async Task Indexes_AfterPreparing_AreOnTheServer(Topology topology)
    {
        await using var server = await MongoServer.StartAsync(containers, topology, GetType());
        var connection = server.Connect();

        foreach (var index in MongoQueries.All.Select(q => q.Index).Where(index => !index.IsBuiltIn))
        {
            var there = await (await connection.Collection(index.Collection).Indexes.ListAsync(Token)).ToListAsync(Token);

            there.Select(i => Keys(i["key"].AsBsonDocument)).ShouldContain(Keys(index.Keys), index.Collection);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Explain_DeclaredQuery_ScansNoCollection(string number)
    {
        var query = MongoQueries.All[int.Parse(number)];
        await using var server = await MongoServer.StartAsync(containers, Topology.ReplicaSet, GetType());
        var connection = server.Connect();
        // For a collection that is not there nothing is planned.
        await connection.Collection(query.Collection).InsertOneAsync(new BsonDocument(), options: null, Token);
        var find = new BsonDocument { ["find"] = query.Collection, ["filter"] = SampleFilter(query) };
        if (query.Sort is not null) find["sort"] = query.Sort;

        BsonDocument plan;
        try
        {
            plan = await connection.Database.RunCommandAsync<BsonDocument>(
                new BsonDocument { ["explain"] = find, ["verbosity"] = "queryPlanner" }, cancellationToken: Token);
        }
        catch (MongoCommandException refused) when (refused.Code == 59)
        {
            Assert.Skip($"This server does not explain: {refused.Message}");
            throw;
        }

        var stages = Stages(plan["queryPlanner"]["winningPlan"]).ToArray();
        stages.ShouldNotContain("COLLSCAN", query.Name);
        stages.ShouldNotContain("SORT", query.Name);
        stages.ShouldContain(stage => stage.EndsWith("IXSCAN") || stage.Contains("IDHACK"), query.Name);
    }

    [Fact]
    public void Stages_PlanWithinAPlan_AreAllFound()
    {
        var plan = BsonDocument.Parse("""
            { "queryPlan": { "stage": "FETCH", "inputStage": { "stage": "OR", "inputStages": [
                { "stage": "IXSCAN" }, { "stage": "COLLSCAN" } ] } } }
            """);

        Stages(plan).ShouldBe(["FETCH", "OR", "IXSCAN", "COLLSCAN"]);
    }

    private static BsonDocument SampleFilter(MongoQuery query)
    {
        // The values that the stores give: some where there are several, a range where there is one.
        BsonValue[] values = query == MongoQueries.JobToLease ? [MongoQueries.NotEnded]
            : query == MongoQueries.FileSetsBelow ? [new BsonDocument { [Sides[0]] = "a/", [Sides[2]] = "a0" }]
            : query == MongoQueries.BlobsByAge ? [new BsonDocument(Sides[2], new BsonDateTime(0))]
            : [.. query.Compared.Select(_ => new BsonString("x"))];
        return query.Filter(values);
    }

    private static IEnumerable<string> Stages(BsonValue plan) => plan switch
    {
        BsonDocument document => (document.TryGetValue("stage", out var stage) && stage.IsString
            ? new[] { stage.AsString }
            : []).Concat(document.Where(e => e.Name != "stage").SelectMany(e => Stages(e.Value))),
        BsonArray array => array.SelectMany(Stages),
        _ => [],
    };

    private static string Keys(BsonDocument keys) =>
        string.Join(", ", keys.Select(key => $"{key.Name} {key.Value.ToInt32()}"));
}
