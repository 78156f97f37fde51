using System.Text.Json;

namespace Sgasa.Cli.Tests.Remote;

/// <summary>A whole small round of a deployment, beside the same round of this machine.</summary>
public sealed class RemoteRoundTests : IDisposable
{
    private const string Recipe =
        """
        extends: tiny
        guidelines: { count: 1, maxAttempts: 60, threshold: 0.7 }
        augmentation: { promptsPerLabel: 8, batchSize: 8, budget: 20 }
        sftData: { pairsPerLabel: 4, minimumPerLabel: 1, batchSize: 8 }
        dpoData: { harmfulPairs: 2, benignPairs: 2, minimumPerLabel: 0, batchSize: 8 }
        sft: { perDeviceTrainBatchSize: 2, gradientAccumulationSteps: 1, saveSteps: 1 }
        dpo: { perDeviceTrainBatchSize: 2, gradientAccumulationSteps: 1, saveSteps: 1 }
        evaluation: { promptsPerLabel: 4, shardSize: 8 }
        """;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Adapt_OnAServer_GivesWhatTheSameRoundGivesHere()
    {
        await using var server = await Deployment.StartAsync(_folder);

        var here = await AdaptAsync("here");
        var there = await AdaptAsync("there", "--server", server.Url);

        there.Json.GetProperty("round").GetString().ShouldBe(here.Json.GetProperty("round").GetString());
        there.Json.GetProperty("methods").GetRawText().ShouldBe(here.Json.GetProperty("methods").GetRawText());
        string[] same = ["model", "tinyModel", "recipe", "judge", "testPrompts", "source", "promoted", "promotionReason"];
        foreach (var name in same)
            there.Json.GetProperty(name).GetRawText().ShouldBe(here.Json.GetProperty(name).GetRawText(), name);
        Exports(there).ShouldBe(Exports(here), ignoreOrder: true);
        there.Error.ShouldContain("Evaluation 32/32, done");
    }

    [Fact]
    public async Task Adapt_OnAServerThatComesBack_FollowsTheRoundToItsEnd()
    {
        var port = Deployment.FreePort();
        var server = await Deployment.StartAsync(_folder, port);
        using var console = new CapturedConsole();
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var following = RunAsync(console, "out", ["--server", server.Url, "--seed", "2"], interrupted.Token);
        await Task.WhenAny(following, console.SaysAsync("Guidelines"));

        await server.DisposeAsync();
        server = await Deployment.StartAsync(_folder, port);
        await Task.WhenAny(following, console.SaysAsync("Connected again."));
        await interrupted.CancelAsync();

        (await following).ShouldBe(ExitCodes.Interrupted, console.Error);
        console.Error.ShouldContain("is broken; round r-");
        console.Error.ShouldContain("Detached: round r-");
        console.Error.ShouldContain($"cancel r-");
        await server.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    private static Dictionary<string, string> Exports(Outcome outcome)
    {
        var results = outcome.Json.GetProperty("results").GetString()!;
        var files = Directory.GetFiles(results, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) is not
            ("round.json" or "evaluation.json"));
        return files.ToDictionary(f => Path.GetRelativePath(results, f), f => Convert.ToHexString(File.ReadAllBytes(f)));
    }

    private async Task<Outcome> AdaptAsync(string output, params string[] more)
    {
        using var console = new CapturedConsole();
        var code = await RunAsync(console, output, more, Ct);
        code.ShouldBe(ExitCodes.Success, console.Error);
        using var json = JsonDocument.Parse(console.Out);
        return new Outcome(json.RootElement.Clone(), console.Error);
    }

    private Task<int> RunAsync(CapturedConsole console, string output, string[] more, CancellationToken ct)
    {
        var log = Path.Combine(AppContext.BaseDirectory, "samples", "educator.jsonl");
        string[] args =
            ["adapt", log, "--recipe", _folder.Write("small.yaml", Recipe), "--output", _folder[output], "--json", .. more];
        return Tool.RunAsync(args, console.Console, TimeProvider.System, ct);
    }

    private sealed record Outcome(JsonElement Json, string Error);
}
