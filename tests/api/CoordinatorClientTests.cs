using System.Net;
using System.Text;
using System.Text.Json;
using Sgasa.Api.Rounds;
using Sgasa.Contracts;

namespace Sgasa.Api.Tests;

public sealed class CoordinatorClientTests
{
    private const string Summary =
        """{"id":"r-1","status":"Running","source":"log","recipe":"tiny","seed":1,"createdAt":"1970-01-01T00:00:00+00:00"}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ListRoundsAsync_WithAndWithoutARoundBefore_AsksForThatPage()
    {
        var server = new Answers().With($"[{Summary}]").With("[]");

        var first = await server.Client.ListRoundsAsync(2, after: null, Ct);
        var second = await server.Client.ListRoundsAsync(2, after: "r-1", Ct);

        (first.Single().Id, first.Single().Status, second.Count).ShouldBe(("r-1", RoundStatus.Running, 0));
        server.Asked.ShouldBe(["GET /under/v1/rounds?limit=2", "GET /under/v1/rounds?limit=2&after=r-1"]);
    }

    [Fact]
    public async Task FindRoundAsync_ProblemOfNotFound_IsNull()
    {
        var server = new Answers().With("{}", HttpStatusCode.NotFound, "application/problem+json");

        (await server.Client.FindRoundAsync("r/1", Ct)).ShouldBeNull();

        server.Asked.ShouldBe(["GET /under/v1/rounds/r%2F1"]);
    }

    [Fact]
    public async Task FindRoundAsync_NotFoundOfSomethingElse_IsAFault()
    {
        var server = new Answers().With("<html>", HttpStatusCode.NotFound, "text/html");

        var fault = await Should.ThrowAsync<ApiProblemException>(() => server.Client.FindRoundAsync("r-1", Ct));

        (fault.Status, fault.Problem).ShouldBe((HttpStatusCode.NotFound, null));
    }

    [Fact]
    public async Task AnyRequest_ProblemDocument_IsAFaultWithItsWords()
    {
        var server = new Answers().With(
            """{"title": "The request is wrong.", "status": 400, "detail": "log:3: no.", "origin": "log", "line": 3}""",
            HttpStatusCode.BadRequest,
            "application/problem+json");

        var fault = await Should.ThrowAsync<ApiProblemException>(
            () => server.Client.StartRoundAsync(new RoundSubmission { Logs = ["l-1"] }, Ct));

        (fault.Message, fault.Problem!.Origin, fault.Problem.Line).ShouldBe(("log:3: no.", "log", 3));
        server.Asked.Single().ShouldStartWith("""POST /under/v1/rounds {"logs":["l-1"],"prompts":[],""");
    }

    [Fact]
    public async Task AnyRequest_AnswerThatIsNoJson_IsAFault() => await Should.ThrowAsync<JsonException>(
        () => new Answers().With("<html>").Client.InfoAsync(Ct));

    [Fact]
    public async Task TakeLogAsync_AnyLog_SendsItAsItIs()
    {
        var server = new Answers().With("""{"id":"l-1","name":"a b","harmful":2,"benign":2,"sampleIds":[]}""");

        var log = await server.Client.TakeLogAsync(new MemoryStream("the log"u8.ToArray()), "a b", "text/csv", Ct);

        log.Id.ShouldBe("l-1");
        server.Asked.ShouldBe(["POST /under/v1/logs?name=a%20b the log"]);
    }

    [Fact]
    public async Task WatchRoundAsync_Events_AreGivenOneByOne()
    {
        const string Progress = """{"roundId":"r-1","status":"Running","reason":"","stages":[]}""";
        var server = new Answers().With(
            $"event: progress\ndata: {Progress}\n\nevent: progress\ndata: {Progress.Replace("Running", "Completed")}\n\n",
            type: "text/event-stream");

        var news = await server.Client.WatchRoundAsync("r-1", Ct).Select(p => p.Status).ToListAsync(Ct);

        news.ShouldBe([RoundStatus.Running, RoundStatus.Completed]);
    }

    [Fact]
    public async Task ExportAndAdapter_AnyFile_ComeAsTheyAre()
    {
        var server = new Answers().With("one\ntwo\n").With("bytes");
        var copy = new MemoryStream();

        var lines = await server.Client.ExportAsync("r-1", "sft.jsonl", Ct).ToListAsync(Ct);
        await server.Client.CopyAdapterFileAsync("r-1", Stage.Dpo, "adapter_config.json", copy, Ct);

        lines.ShouldBe(["one", "two"]);
        Encoding.UTF8.GetString(copy.ToArray()).ShouldBe("bytes");
        server.Asked.ShouldBe(
            ["GET /under/v1/rounds/r-1/exports/sft.jsonl", "GET /under/v1/rounds/r-1/checkpoints/dpo/files/adapter_config.json"]);
    }
}
