using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Coordinator.Intake;

namespace Sgasa.Coordinator.Tests.Api;

/// <summary>Attack logs over HTTP.</summary>
public sealed class LogEndpointsTests
{
    private const string Log =
        """
        {"prompt": "a", "label": "harmful", "family": "educator"}
        {"prompt": "b", "label": "harmful"}
        {"prompt": "c", "label": "benign"}
        {"prompt": "d", "label": "benign", "id": "x"}
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Post_SameLogTwice_HasOneIdAndOneCopy()
    {
        await using var host = await ApiHost.StartAsync();

        var first = await host.PostLogAsync(Log);
        var second = await host.PostLogAsync(Log, "renamed.jsonl");

        first.Status.ShouldBe(HttpStatusCode.Created);
        second.Body.GetRawText().ShouldBe(first.Body.GetRawText());
        var id = first.Body.GetProperty("id").GetString();
        (await host.GetAsync("/v1/logs/" + id)).Body.GetProperty("harmful").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Post_LogAsCsv_HasTheIdOfTheSamePromptsAsJson()
    {
        await using var host = await ApiHost.StartAsync();

        var json = await host.PostLogAsync("""{"prompt":"a","label":"harmful","id":"1"}""" + "\n"
            + """{"prompt":"b","label":"harmful","id":"2"}""" + "\n" + """{"prompt":"c","label":"benign","id":"3"}""" + "\n"
            + """{"prompt":"d","label":"benign","id":"4"}""");
        var csv = await host.PostLogAsync(
            "id,prompt,label\n1,a,harmful\n2,b,harmful\n3,c,benign\n4,d,benign\n", "log.csv", "text/csv");

        csv.Body.GetProperty("id").GetString().ShouldBe(json.Body.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("{\"prompt\": \"a\", \"label\": \"harmful\"}\nnonsense\n", 2, "not JSON")]
    [InlineData(
        "{\"prompt\": \"a\", \"label\": \"harmful\"}\n{\"prompt\": \"a\", \"label\": \"benign\"}\n",
        2,
        "the same prompt was given before, on line 1")]
    [InlineData("{\"prompt\": \"a\", \"label\": \"neither\"}\n", 1, "unknown label")]
    public async Task Post_WrongLine_IsNamed(string log, int line, string expected)
    {
        await using var host = await ApiHost.StartAsync();

        var (status, problem) = await host.PostLogAsync(log, "attacks.jsonl");

        status.ShouldBe(HttpStatusCode.BadRequest);
        problem.GetProperty("line").GetInt32().ShouldBe(line);
        problem.GetProperty("origin").GetString().ShouldBe("attacks.jsonl");
        problem.GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain(expected);
    }

    [Theory]
    [InlineData("../log.jsonl")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("..")]
    public async Task Post_NameThatIsAPath_IsRefused(string name)
    {
        await using var host = await ApiHost.StartAsync();

        var (status, _) = await host.PostLogAsync(Log, name);

        status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Post_OtherContentType_IsRefused()
    {
        await using var host = await ApiHost.StartAsync();

        var (status, problem) = await host.PostLogAsync(Log, type: "text/plain");

        status.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        problem.GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("application/x-ndjson");
    }

    [Fact]
    public async Task Post_LogOverTheLimit_IsTooLarge()
    {
        await using var host = await ApiHost.StartAsync(options => options.MaxLogBytes = 1_024);

        var (status, _) = await host.PostLogAsync(Log + new string('\n', 2_000));

        status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Post_LineOverTheLimit_IsNamed()
    {
        await using var host = await ApiHost.StartAsync(options => options.MaxLineBytes = 256);

        var (status, problem) = await host.PostLogAsync(Log + "\n" + new string('x', 300));

        (status, problem.GetProperty("line").GetInt32()).ShouldBe((HttpStatusCode.BadRequest, 5));
    }

    [Fact]
    public async Task Post_LogThatBreaksOff_CannotBeUsedUntilItIsSentAgain()
    {
        await using var host = await ApiHost.StartAsync();
        var whole = string.Concat(Enumerable.Range(0, 1_200).Select(Line));
        var broken = await host.PostLogAsync(whole + "nonsense");
        broken.Status.ShouldBe(HttpStatusCode.BadRequest);

        var sent = await host.PostLogAsync(whole);

        sent.Status.ShouldBe(HttpStatusCode.Created);
        var intake = host.Services.GetRequiredService<AttackLogIntake>();
        var log = (await intake.FindAsync(sent.Body.GetProperty("id").GetString()!, Ct)).ShouldNotBeNull();
        (log.Harmful, log.Benign, log.SampleIds.Count).ShouldBe((600, 600, 1_200));
        (await host.Artifacts.GetAsync<AttackPrompt>(log.SampleIds, Ct)).Select(p => p.Text)
            .ShouldBe(Enumerable.Range(0, 1_200).Select(i => $"prompt {i}"));
    }

    [Fact]
    public async Task Post_RoundFromALog_IsTheRoundOfItsPrompts()
    {
        await using var host = await ApiHost.StartAsync();
        var log = (await host.PostLogAsync(Log)).Body.GetProperty("id").GetString();

        var round = await host.PostAsync("/v1/rounds", new { logs = new[] { log }, recipe = "tiny" });

        round.Status.ShouldBe(HttpStatusCode.Created);
        var id = round.Body.GetProperty("id").GetString()!;
        var prompts = await host.Artifacts.ListAsync<AttackPrompt>(id, Ct);
        prompts.Select(p => (p.Text, p.Label, p.LogId)).ShouldBe(
            [("a", Label.Harmful, "1"), ("b", Label.Harmful, "2"), ("c", Label.Benign, "3"), ("d", Label.Benign, "x")]);
        (await host.GetAsync("/v1/rounds/" + id)).Body.GetProperty("specification").GetProperty("source").GetString()
            .ShouldBe("log.jsonl");
    }

    [Fact]
    public async Task Post_LogsThatDisagreeOnALabel_IsRefused()
    {
        await using var host = await ApiHost.StartAsync();
        var one = (await host.PostLogAsync(Log)).Body.GetProperty("id").GetString();
        var changed = Log.Replace("\"a\", \"label\": \"harmful\"", "\"a\", \"label\": \"benign\"", StringComparison.Ordinal);
        var other = (await host.PostLogAsync(changed + "\n" + Line(0))).Body.GetProperty("id").GetString();

        var (status, problem) = await host.PostAsync("/v1/rounds", new { logs = new[] { one, other } });

        status.ShouldBe(HttpStatusCode.BadRequest);
        problem.GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("another label");
    }

    private static string Line(int index) =>
        $$"""{"prompt": "prompt {{index}}", "label": "{{(index % 2 == 0 ? "harmful" : "benign")}}"}""" + "\n";
}
