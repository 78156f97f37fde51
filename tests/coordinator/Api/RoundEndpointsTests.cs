using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sgasa.Api;
using Sgasa.Api.Deployments;
using Sgasa.Contracts;
using Sgasa.Coordinator.Api.Endpoints;
using Sgasa.Coordinator.Rounds;
using Sgasa.Coordinator.Tests.Consumers;
using Sgasa.Hosting;
using Sgasa.Hosting.ModelClients;
using Sgasa.Hosting.Recipes;

namespace Sgasa.Coordinator.Tests.Api;

/// <summary>Rounds over HTTP.</summary>
public sealed class RoundEndpointsTests
{
    private static readonly object[] Prompts =
    [
        new { prompt = "a", label = "harmful" }, new { prompt = "b", label = "harmful" },
        new { prompt = "c", label = "benign" }, new { prompt = "d", label = "benign" },
    ];

    private static readonly object SmallRecipe = new
    {
        guidelines = new { count = 1 },
        augmentation = new { promptsPerLabel = 4, batchSize = 2 },
        sftData = new { pairsPerLabel = 2, minimumPerLabel = 1, batchSize = 2 },
        dpoData = new { harmfulPairs = 1, benignPairs = 1, minimumPerLabel = 1, batchSize = 2 },
        evaluation = new { promptsPerLabel = 1, shardSize = 2 },
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Post_SameRoundTwice_IsOneRound()
    {
        await using var host = await ApiHost.StartAsync();

        var first = await host.PostAsync("/v1/rounds", new { prompts = Prompts, recipe = "tiny", seed = 7 });
        var second = await host.PostAsync("/v1/rounds", new { prompts = Prompts, recipe = "tiny", seed = 7 });

        (first.Status, second.Status).ShouldBe((HttpStatusCode.Created, HttpStatusCode.OK));
        second.Body.GetProperty("id").GetString().ShouldBe(first.Body.GetProperty("id").GetString());
        var listed = (await host.GetAsync("/v1/rounds")).Body.EnumerateArray().ShouldHaveSingleItem();
        listed.GetProperty("status").GetString().ShouldBe("Running");
        listed.GetProperty("recipe").GetString().ShouldBe("tiny");
    }

    [Fact]
    public async Task Get_RoundsByPages_GivesEachOnceNewestFirst()
    {
        await using var host = await ApiHost.StartAsync();
        foreach (var seed in (int[])[1, 2, 3])
            await host.PostAsync("/v1/rounds", new { prompts = Prompts, recipe = "tiny", seed });

        var whole = Ids(await host.GetAsync("/v1/rounds"));
        var first = Ids(await host.GetAsync("/v1/rounds?limit=2"));
        var second = Ids(await host.GetAsync($"/v1/rounds?limit=2&after={first[^1]}"));

        whole.Count.ShouldBe(3);
        first.Count.ShouldBe(2);
        first.Concat(second).ShouldBe(whole);
        (await host.GetAsync("/v1/rounds?after=r-none")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await host.GetAsync("/v1/rounds?limit=many")).Status.ShouldBe(HttpStatusCode.BadRequest);

        static List<string> Ids((HttpStatusCode Status, JsonElement Body) page) =>
            [.. page.Body.EnumerateArray().Select(r => r.GetProperty("id").GetString()!)];
    }

    [Fact]
    public async Task Post_TheRequestOfACommandLine_HasItsId()
    {
        await using var host = await ApiHost.StartAsync();
        var request = Some.Request(holdOut: true) with { BaseModel = "base-fingerprint" };
        var prompts = request.AttackPrompts.Select(p => new
        {
            prompt = p.Text,
            label = p.Label.ToString(),
            family = p.Family,
            source = p.Source,
            id = p.LogId,
        });

        var round = await host.PostAsync(
            "/v1/rounds",
            new { prompts, recipe = JsonDocument.Parse(RecipeFile.ToJson(request.Recipe)).RootElement, seed = 7 });

        round.Body.GetProperty("id").GetString().ShouldBe(host.Services.GetRequiredService<IRoundService>().IdOf(request));
    }

    [Theory]
    [InlineData("""{"prompts": [{"prompt": "a", "label": "bad"}]}""", "prompts:1: unknown label 'bad'")]
    [InlineData("""{"prompts": [{"label": "benign"}]}""", "prompts:1: 'prompt' is missing")]
    [InlineData("""{"promts": []}""", "promts")]
    [InlineData("""{}""", "Give one of the two")]
    [InlineData("""{"logs": ["../etc"]}""", "letters, digits and hyphens")]
    [InlineData("""{"logs": ["l-none"]}""", "no complete log 'l-none'")]
    [InlineData("""{"prompts": [{"prompt": "a", "label": "benign"}], "source": "../x"}""", "no slash")]
    [InlineData("""{"prompts": [{"prompt": "a", "label": "benign"}], "recipe": "none"}""", "built-in recipe (paper, tiny)")]
    [InlineData("""{"prompts": [{"prompt": "a", "label": "benign"}], "recipe": "a: 1"}""", "recipe.yaml:1")]
    [InlineData(
        """{"prompts": [{"prompt": "a", "label": "benign"}], "recipe": {"guidelines": {"count": 0}}}""", "guidelines.count")]
    [InlineData(
        """{"prompts": [{"prompt": "a", "label": "benign"}], "parent": "r-1/checkpoint/dpo"}""", "'parent' names no checkpoint")]
    [InlineData("""{"prompts": [{"prompt": "a", "label": "benign"}], "seed": "x"}""", "seed")]
    [InlineData(
        """{"prompts": [{"prompt": "a", "label": "benign"}], "evaluation": [{"prompt": " a", "label": "benign"}]}""",
        "evaluation:1: this prompt is also")]
    [InlineData("""{"prompts": [{"prompt": "a", "label": "benign"}]}""", "0 harmful prompts")]
    public async Task Post_WrongRound_SaysWhatToChange(string body, string expected)
    {
        await using var host = await ApiHost.StartAsync();

        var (status, problem) = await host.PostAsync("/v1/rounds", JsonDocument.Parse(body).RootElement);

        status.ShouldBe(HttpStatusCode.BadRequest);
        problem.GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain(expected);
        (await host.GetAsync("/v1/rounds")).Body.GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Post_RoundForAnotherModel_IsAConflict()
    {
        await using var host = await ApiHost.StartAsync();

        var (status, problem) = await host.PostAsync("/v1/rounds", new { prompts = Prompts, baseModel = "other" });

        status.ShouldBe(HttpStatusCode.Conflict);
        problem.GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("base-fingerprint");
    }

    [Fact]
    public async Task Post_WithoutATrainer_IsUnavailable()
    {
        await using var host = await ApiHost.StartAsync(model: new NoModel());

        var (status, _) = await host.PostAsync("/v1/rounds", new { prompts = Prompts });
        var server = await host.GetAsync("/v1/server");

        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        server.Body.GetProperty("modelFault").GetString().ShouldBe("Nobody knows.");
    }

    [Fact]
    public async Task Get_UnknownRoundOrAddress_IsNotFound()
    {
        await using var host = await ApiHost.StartAsync();

        foreach (var path in (string[])["/v1/rounds/r-none", "/v1/rounds/r-none/events", "/v1/nothing", "/v1/logs/l-none"])
            (await host.GetAsync(path)).Status.ShouldBe(HttpStatusCode.NotFound, path);
        (await host.PostAsync("/v1/rounds/r-none/cancel")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Get_EventsOfARound_TellsItsStagesToTheEnd()
    {
        await using var host = await ApiHost.StartAsync(script: new Script());
        var id = await StartAsync(host);

        var events = await EventsAsync(host, id).ToListAsync(Ct);

        events.ShouldAllBe(e => e.EventType == ApiRoot.ProgressEvent);
        var last = JsonDocument.Parse(events[^1].Data).RootElement;
        last.GetProperty("status").GetString().ShouldBe("Completed");
        var round = (await host.GetAsync("/v1/rounds/" + id)).Body;
        round.GetProperty("results").GetProperty("methods").GetArrayLength().ShouldBe(4);
    }

    [Fact]
    public async Task Get_EventsAgainFromAnotherReplica_GoOnWhereTheRoundIs()
    {
        var folder = Directory.CreateTempSubdirectory("sgasa-").FullName;
        var database = Path.Combine(folder, "sgasa.db");
        await using (var idle = await ApiHost.StartAsync(database: database))
        {
            await using var working = await ApiHost.StartAsync(database: database, script: new Script());
            var before = EventsAsync(idle, await StartAsync(idle)).GetAsyncEnumerator(Ct);
            (await before.MoveNextAsync()).ShouldBeTrue();
            await before.DisposeAsync();

            var id = await StartAsync(working);
            var after = await EventsAsync(idle, id).ToListAsync(Ct);

            JsonDocument.Parse(after[^1].Data).RootElement.GetProperty("status").GetString().ShouldBe("Completed");
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Get_EventsOfASilentRound_RepeatTheSnapshot()
    {
        await using var host = await ApiHost.StartAsync(options => options.Heartbeat = TimeSpan.FromMilliseconds(20));
        var id = await StartAsync(host);

        var events = await EventsAsync(host, id).Take(3).ToListAsync(Ct);

        events.Select(e => e.Data).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Post_CancelOnTwoReplicasAtOnce_CancelsOnce()
    {
        var folder = Directory.CreateTempSubdirectory("sgasa-").FullName;
        var database = Path.Combine(folder, "sgasa.db");
        await using (var one = await ApiHost.StartAsync(database: database))
        {
            await using var other = await ApiHost.StartAsync(database: database);
            var starts = await Task.WhenAll(StartAsync(one), StartAsync(other));
            var id = starts.Distinct().ShouldHaveSingleItem();

            var path = $"/v1/rounds/{id}/cancel";
            var answers = await Task.WhenAll(one.PostAsync(path), other.PostAsync(path));

            answers.ShouldAllBe(a => a.Body.GetProperty("status").GetString() == "Cancelled");
            (await other.GetAsync("/v1/rounds")).Body.EnumerateArray().ShouldHaveSingleItem()
                .GetProperty("status").GetString().ShouldBe("Cancelled");
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task<string> StartAsync(ApiHost host)
    {
        var (_, round) = await host.PostAsync("/v1/rounds", new { prompts = Prompts, recipe = SmallRecipe });
        return round.GetProperty("id").GetString().ShouldNotBeNull();
    }

    private static async IAsyncEnumerable<SseItem<string>> EventsAsync(ApiHost host, string id)
    {
        await using var stream = await host.Client.GetStreamAsync(new Uri($"/v1/rounds/{id}/events", UriKind.Relative), Ct);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(Ct)) yield return item;
    }

    private sealed class NoModel : IBaseModel
    {
        public Task<BaseModelInfo> GetAsync(CancellationToken cancellationToken) =>
            throw new ModelUnavailableException("Nobody knows.");
    }
}
