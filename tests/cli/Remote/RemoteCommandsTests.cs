using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sgasa.AttackLogs;
using Sgasa.Cli.Remote;
using Sgasa.Cli.Terminal;
using Sgasa.Coordinator.Rounds;

namespace Sgasa.Cli.Tests.Remote;

/// <summary>Commands against a coordinator that listens.</summary>
public sealed class RemoteCommandsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CapturedConsole _console = new();

    [Fact]
    public async Task Rounds_OfAServer_AreListedAndShown()
    {
        await using var server = await Deployment.StartIdleAsync(_folder);
        var id = await StartAsync(server);

        (await _console.RunAsync("--server", server.Url, "rounds")).ShouldBe(ExitCodes.Success, _console.Error);
        (await _console.RunAsync("rounds", "show", id, "--server", server.Url)).ShouldBe(ExitCodes.Success, _console.Error);

        _console.Out.ShouldContain($"│ {id} │ running");
        _console.Out.ShouldContain($"Round {id}: log.jsonl, model some-model");
    }

    [Fact]
    public async Task Rounds_SeveralOfAServer_AreListedByOneRequest()
    {
        await using var server = await Deployment.StartIdleAsync(_folder);
        foreach (var seed in (long[])[1, 2, 3]) await StartAsync(server, seed);

        (await _console.RunAsync("--server", server.Url, "rounds", "--json")).ShouldBe(ExitCodes.Success, _console.Error);

        using var list = JsonDocument.Parse(_console.Out);
        list.RootElement.GetProperty("rounds").EnumerateArray().Select(r => r.GetProperty("seed").GetInt64()).ShouldBe([3, 2, 1]);
        server.Requests.ShouldBe(["GET /v1/rounds?limit=1000"]);
    }

    [Fact]
    public async Task Rounds_UnknownAtTheServer_SaysWhereToLook()
    {
        await using var server = await Deployment.StartIdleAsync(_folder);

        var code = await _console.RunAsync("--server", server.Url, "rounds", "show", "r-none");

        code.ShouldBe(ExitCodes.BadInput);
        _console.Error.ShouldContain($"See 'sgasa --server {server.Url} rounds'");
    }

    [Fact]
    public async Task Cancel_RunningRound_CancelsIt()
    {
        await using var server = await Deployment.StartIdleAsync(_folder);
        var id = await StartAsync(server);

        (await _console.RunAsync("--server", server.Url, "cancel", id)).ShouldBe(ExitCodes.Success, _console.Error);
        await _console.RunAsync("--server", server.Url, "rounds");

        _console.Out.ShouldContain($"Round {id} is cancelled.");
        _console.Out.ShouldContain($"│ {id} │ cancelled");
    }

    [Fact]
    public async Task Faults_ListRequeueDrop_HandleThem()
    {
        await using var server = await Deployment.StartIdleAsync(_folder);

        (await _console.RunAsync("--server", server.Url, "faults")).ShouldBe(ExitCodes.Success, _console.Error);
        (await _console.RunAsync("faults", "requeue", "augment-prompts", "--server", server.Url)).ShouldBe(ExitCodes.Success);
        (await _console.RunAsync("faults", "drop", "fault-1", "--server", server.Url)).ShouldBe(ExitCodes.BadInput);
        (await _console.RunAsync("faults", "list", "--server", server.Url)).ShouldBe(ExitCodes.Success);

        _console.Out.ShouldContain("The model is gone.");
        _console.Out.ShouldContain("1 message put back.");
        _console.Out.ShouldContain("No faults.");
        _console.Error.ShouldContain("No given-up message has that id");
    }

    [Fact]
    public async Task Status_OfAServer_ShowsServicesAndQueues()
    {
        await using var server = await Deployment.StartIdleAsync(_folder);

        var code = await _console.RunAsync("--server", server.Url, "status", "--json");

        code.ShouldBe(ExitCodes.Success, _console.Error);
        using var status = JsonDocument.Parse(_console.Out);
        var services = status.RootElement.GetProperty("services").EnumerateArray().ToDictionary(
            s => s.GetProperty("service").GetString()!,
            s => s.TryGetProperty("replicas", out var n) ? n.GetInt32() : (int?)null);
        services["coordinator"].ShouldBe(2);
        services["augmenter"].ShouldBe(3);
        services["trainer"].ShouldBeNull();
        status.RootElement.GetProperty("queues")[1].GetProperty("waiting").GetInt32().ShouldBe(7);
        status.RootElement.GetProperty("model").GetProperty("name").GetString().ShouldBe("some-model");
    }

    [Fact]
    public async Task Status_ForPeople_HasATableOfEach()
    {
        await using var server = await Deployment.StartIdleAsync(_folder);

        await _console.RunAsync("--server", server.Url, "status");

        _console.Out.ShouldContain("model some-model, fingerprint ffffffffffff");
        _console.Out.ShouldContain("│ augmenter   │ 3        │ -");
        _console.Out.ShouldContain("│ augment-prompts │ 7       │ 3         │ 1");
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcdef-other")]
    public async Task Any_WithoutTheRightKey_SaysWhereItComesFrom(string key)
    {
        await using var server = await Deployment.StartIdleAsync(_folder, options => options.ApiKeys.Add(Deployment.Key));
        string[] given = key.Length == 0 ? [] : ["--api-key-file", _folder.Write("key", key + "\n")];

        var code = await _console.RunAsync(["--server", server.Url, "rounds", .. given]);

        code.ShouldBe(ExitCodes.BadInput);
        _console.Error.ShouldContain("Set SGASA_API_KEY or give --api-key-file FILE.");
        if (key.Length > 0) _console.Error.ShouldNotContain(key);
    }

    [Fact]
    public async Task Any_WithTheKeyOfAFile_IsAnswered()
    {
        await using var server = await Deployment.StartIdleAsync(_folder, options => options.ApiKeys.Add(Deployment.Key));

        var code = await _console.RunAsync(
            "--server", server.Url, "--api-key-file", _folder.Write("key", Deployment.Key + "\n"), "rounds");

        code.ShouldBe(ExitCodes.Success, _console.Error);
    }

    [Fact]
    public async Task Adapt_WithoutTheRightKey_FailsBeforeAnythingIsSent()
    {
        await using var server = await Deployment.StartIdleAsync(_folder, options => options.ApiKeys.Add(Deployment.Key));

        var code = await _console.RunAsync(
            "--server", server.Url, "adapt", _folder.Write("log.jsonl", Some.Log()), "--output", _folder["out"]);

        code.ShouldBe(ExitCodes.BadInput);
        _console.Error.ShouldContain("the server knows no such key");
        Directory.Exists(_folder["out"]).ShouldBeFalse();
    }

    [Theory]
    [InlineData("--model", "x")]
    [InlineData("--device", "cpu")]
    public async Task Adapt_WithAModelOrADeviceOfItsOwn_IsRefused(string option, string value)
    {
        await using var server = await Deployment.StartIdleAsync(_folder);

        var code = await _console.RunAsync("--server", server.Url, "adapt", "log.jsonl", option, value);

        code.ShouldBe(ExitCodes.BadInput);
        _console.Error.ShouldContain($"{option} is the server's to choose");
    }

    [Fact]
    public async Task Any_ServerThatIsNotThere_SaysSo()
    {
        var code = await _console.RunAsync("--server", $"http://127.0.0.1:{Deployment.FreePort()}", "status");

        code.ShouldBe(ExitCodes.Failure);
        _console.Error.ShouldContain("can't be reached");
        _console.Error.ShouldContain("Check that it runs");
    }

    [Fact]
    public async Task Any_HttpsToAServerOfPlainHttp_SaysWhatToCheck()
    {
        await using var server = await Deployment.StartIdleAsync(_folder);

        var code = await _console.RunAsync("--server", server.Url.Replace("http:", "https:", StringComparison.Ordinal), "status");

        code.ShouldBe(ExitCodes.Failure);
        _console.Error.ShouldContain("speaks plain http");
    }

    [Fact]
    public async Task Any_AddressWithoutThisApi_SaysSo()
    {
        await using var server = await Deployment.StartIdleAsync(_folder);

        var code = await _console.RunAsync("--server", server.Url + "/elsewhere", "rounds");

        code.ShouldBe(ExitCodes.BadInput);
        _console.Error.ShouldContain("no API of this version is there");
    }

    [Theory]
    [InlineData("ftp://host", "is no address like")]
    [InlineData("host:80", "is no address like")]
    [InlineData("http://user:secret@host", "holds a password")]
    [InlineData("http://host/?key=1", "goes on after its path")]
    public async Task Any_AddressThatIsNone_IsRefused(string address, string expected)
    {
        var code = await _console.RunAsync("--server", address, "rounds");

        code.ShouldBe(ExitCodes.BadInput);
        _console.Error.ShouldContain(expected);
        _console.Error.ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("status")]
    [InlineData("faults")]
    [InlineData("faults drop x")]
    public async Task Command_ThatNeedsAServerWithoutOne_SaysSo(string command)
    {
        var code = await _console.RunAsync([.. command.Split(' '), "--server", "local"]);

        code.ShouldBe(ExitCodes.BadInput);
        _console.Error.ShouldContain("Give --server URL, or set SGASA_SERVER");
    }

    [Fact]
    public async Task Command_ThatKnowsNoServers_RefusesOne()
    {
        var code = await _console.RunAsync("--server", "http://host", "model", "verify", "x");

        code.ShouldBe(ExitCodes.BadInput);
        _console.Error.ShouldContain("'verify' works here and asks no server");
    }

    [Fact]
    public void VersionFault_AnotherMinorVersion_WarnsAndPatchesDoNot()
    {
        var own = ToolVersion.Current.Split('.');

        ToolVersion.FaultOf($"{own[0]}.{own[1]}.99").ShouldBeNull();
        ToolVersion.FaultOf($"{own[0]}.{own[1]}1.0").ShouldNotBeNull().ShouldContain("this tool");
    }

    [Theory]
    [InlineData("http://sgasa.example.org", true)]
    [InlineData("https://sgasa.example.org", false)]
    [InlineData("http://localhost:8080", false)]
    public void IsOpenToOthers_PlainHttpToAnotherMachine_IsTrue(string address, bool expected) =>
        ServerAddress.Of(address).ShouldNotBeNull().IsOpenToOthers.ShouldBe(expected);

    [Fact]
    public async Task Cancel_RoundOfAFolderThatNobodyWorksOn_CancelsIt()
    {
        var output = _folder["out"];
        string id;
        await using (var server = await Deployment.StartIdleAsync(_folder))
        {
            id = await StartAsync(server);
        }

        Directory.CreateDirectory(output);
        File.Copy(_folder["server.db"], Path.Combine(output, "sgasa.db"));

        (await _console.RunAsync("cancel", id, "--output", output)).ShouldBe(ExitCodes.Success, _console.Error);
        (await _console.RunAsync("cancel", id, "--output", output, "--json")).ShouldBe(ExitCodes.Success);

        _console.Out.ShouldContain($"Round {id} is cancelled.");
        _console.Out.ShouldEndWith($$"""{"round":"{{id}}","status":"cancelled"}""");
    }

    public void Dispose()
    {
        _console.Dispose();
        _folder.Dispose();
    }

    private static Task<string> StartAsync(
        Deployment server, long seed = 1) => server.Services.GetRequiredService<IRoundService>().StartAsync(
        new RoundRequest
        {
            Recipe = Hosting.Recipes.RecipeFile.Load("tiny"),
            Seed = seed,
            BaseModel = new string('f', 64),
            Judge = Contracts.JudgeKind.Rules,
            Source = "log.jsonl",
            AttackPrompts =
            [
                .. from label in Enum.GetValues<Contracts.Label>()
                   from i in Enumerable.Range(0, 2)
                   select new LoggedPrompt($"{label}{i}", $"{label} {i}", label, "", "", Line: 1),
            ],
        },
        TestContext.Current.CancellationToken);
}
