using System.Text.Json;
using Sgasa.Api.Results;
using Sgasa.Api.Rounds;
using Sgasa.Artifacts;
using Sgasa.Artifacts.Sqlite;
using Sgasa.Cli.Embedding;
using Sgasa.Cli.Output;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Hosting.Recipes;

namespace Sgasa.Cli.Tests.Output;

public sealed class RoundExportTests : IDisposable
{
    private const string Id = "r-0123456789ab";
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryStores _stores = TemporaryStores.Open();

    private string Target => _folder["round"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _stores.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task WriteAsync_ACompletedRound_LeavesEveryFileAndNothingElse()
    {
        await ExportAsync();

        Directory.EnumerateFileSystemEntries(Target, "*", SearchOption.AllDirectories)
            .Select(p => Path.GetRelativePath(Target, p).Replace('\\', '/')).Order(StringComparer.Ordinal)
            .ShouldBe(
            [
                "adapter",
                "adapter-sft",
                "adapter-sft/adapter_config.json",
                "adapter-sft/adapter_model.safetensors",
                "adapter/adapter_config.json",
                "adapter/adapter_model.safetensors",
                "dpo.jsonl",
                "evaluation.json",
                "guidelines.jsonl",
                "prompts.jsonl",
                "recipe.yaml",
                "responses.jsonl",
                "round.json",
                "sft.jsonl",
            ]);
        File.ReadAllText(Path.Combine(Target, "adapter", "adapter_model.safetensors")).ShouldBe("dpo");
        File.ReadAllText(Path.Combine(Target, "adapter-sft", "adapter_model.safetensors")).ShouldBe("sft");
        RoundExport.IsComplete(Target).ShouldBeTrue();
    }

    [Fact]
    public async Task WriteAsync_SftPairs_AreInTrlsShapeInTheOrderOfTraining()
    {
        await ExportAsync();

        var lines = Lines("sft.jsonl");
        lines.Select(l => l.GetProperty("id").GetString()).ShouldBe(["p1", "p0"]);
        var first = lines[0];
        first.GetProperty("prompt").GetRawText().ShouldBe("""[{"role":"user","content":"prompt 1"}]""");
        first.GetProperty("completion").GetRawText()
            .ShouldBe("""[{"role":"assistant","content":"hm</think>completion 1"}]""");
    }

    [Fact]
    public async Task WriteAsync_PreferencePairs_AreInTrlsShape()
    {
        await ExportAsync();

        var line = Lines("dpo.jsonl").ShouldHaveSingleItem();
        line.GetProperty("prompt").GetRawText().ShouldBe("""[{"role":"user","content":"prompt"}]""");
        line.GetProperty("chosen").GetRawText().ShouldBe("""[{"role":"assistant","content":"good"}]""");
        line.GetProperty("rejected").GetRawText().ShouldBe("""[{"role":"assistant","content":"bad"}]""");
    }

    [Fact]
    public async Task WriteAsync_Prompts_SayWhyEachWasKeptOrDropped()
    {
        await ExportAsync();

        Lines("prompts.jsonl").Select(l => l.GetRawText()).ShouldBe(
        [
            """{"id":"a0","prompt":"kept \"one\"","label":"harmful","kept":true,"verdict":"accepted"}""",
            """{"id":"a1","prompt":"kept two","label":"benign","kept":true,"verdict":"accepted"}""",
            """{"id":"a2","prompt":"dropped","label":"benign","kept":false,"verdict":"nearDuplicate"}""",
        ]);
    }

    [Fact]
    public async Task WriteAsync_Guidelines_SayWhichAreVerified()
    {
        await ExportAsync();

        var line = Lines("guidelines.jsonl").ShouldHaveSingleItem();
        line.GetProperty("text").GetString().ShouldBe("Refuse.");
        line.GetProperty("verified").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task WriteAsync_RecipeAndManifest_SayWhatTheRoundUsed()
    {
        await ExportAsync();

        RecipeFile.Load(Path.Combine(Target, "recipe.yaml")).ShouldBe(new Recipe());
        var manifest = ManifestJson.ReadManifest(File.ReadAllText(Path.Combine(Target, "round.json"))).ShouldNotBeNull();
        manifest.Seed.ShouldBe(7);
        manifest.AdapterHash.ShouldBe("hash of Dpo");
        manifest.TestPrompts.ShouldBe(Cli.Reports.TestPromptSource.World);
        manifest.RecipeHash.ShouldBe(RecipeFile.Hash(new Recipe()));
    }

    [Fact]
    public async Task WriteAsync_Twice_GivesTheSameBytes()
    {
        await ExportAsync();
        var first = Contents();

        await ExportAsync();

        Contents().ShouldBe(first);

        Dictionary<string, string> Contents() => Directory.EnumerateFiles(Target, "*", SearchOption.AllDirectories)
            .ToDictionary(p => p, File.ReadAllText);
    }

    [Fact]
    public async Task IsComplete_WhenAPairIsMissing_IsFalse()
    {
        var round = await RoundAsync();
        var export = new RoundExport(new StoredRoundFiles(_stores.Artifacts, _folder["checkpoints"]));

        await Should.ThrowAsync<ArtifactNotFoundException>(
            () => export.WriteAsync(round with { DpoPairIds = ["lost"] }, Some.RoundReport(), Target, Ct));

        RoundExport.IsComplete(Target).ShouldBeFalse();
    }

    private List<JsonElement> Lines(string name) =>
        [.. File.ReadAllLines(Path.Combine(Target, name)).Select(l => JsonDocument.Parse(l).RootElement)];

    private async Task ExportAsync()
    {
        var round = await RoundAsync();
        var export = new RoundExport(new StoredRoundFiles(_stores.Artifacts, _folder["checkpoints"]));
        await export.WriteAsync(round, Some.RoundReport(), Target, Ct);
    }

    private async Task<RoundDetails> RoundAsync()
    {
        foreach (var stage in Enum.GetValues<Stage>())
        {
            var name = stage.ToString().ToLowerInvariant();
            _folder.Write($"checkpoints/{Id}/{name}/adapter_config.json", "{}");
            _folder.Write($"checkpoints/{Id}/{name}/adapter_model.safetensors", name);
        }

        await Upsert(Checkpoint(Stage.Sft), Checkpoint(Stage.Dpo));
        await Upsert(Sft(0), Sft(1), Sft(2));
        await Upsert(new PreferencePair
        {
            Id = "d0",
            RoundId = Id,
            PromptId = "a0",
            Label = Label.Harmful,
            Prompt = "prompt",
            Chosen = "good",
            Rejected = "bad",
        });
        await Upsert(new Guideline
        {
            Id = "g0",
            RoundId = Id,
            Slot = 0,
            Attempt = 2,
            Text = "Refuse.",
            Verified = true,
            Score = 1,
            ExampleIds = ["x"],
            InstructionHash = "",
        });
        await Upsert(
            Augmented("a0", "kept \"one\"", Label.Harmful),
            Augmented("a1", "kept two", Label.Benign),
            Augmented("a2", "dropped", Label.Benign) with { Verdict = PromptVerdict.NearDuplicate });
        await Upsert(new EvaluationPrompt { Id = "t0", RoundId = Id, Text = "test", Label = Label.Harmful, Family = "educator" });
        await Upsert(new JudgedResponse
        {
            Id = "j0",
            RoundId = Id,
            Method = Method.Vanilla,
            PromptId = "t0",
            Label = Label.Harmful,
            Text = "no",
            Verdict = JudgeVerdict.NotUnsafe,
        });
        return new RoundDetails
        {
            Specification = new RoundSpecification
            {
                Id = Id,
                Recipe = new Recipe(),
                Seed = 7,
                BaseModel = "base",
                Judge = JudgeKind.Oracle,
                Source = "log.jsonl",
                CreatedAt = default,
            },
            Progress = new RoundProgress { RoundId = Id, Status = RoundStatus.Completed, Reason = "", Stages = [] },
            GuidelineIds = ["g0"],
            PromptIds = ["a0", "a1"],
            SftPairIds = ["p1", "p0"],
            DpoPairIds = ["d0"],
            SftCheckpointId = $"{Id}/checkpoint/sft",
            DpoCheckpointId = $"{Id}/checkpoint/dpo",
            Results = new RoundResults { RoundId = Id, Methods = [] },
        };

        Task Upsert<T>(params T[] artifacts) where T : class, IArtifact => _stores.Artifacts.UpsertAsync<T>(artifacts, Ct);
    }

    private static Checkpoint Checkpoint(Stage stage) => new()
    {
        Id = ArtifactIds.Checkpoint(Id, stage),
        RoundId = Id,
        Stage = stage,
        BaseModel = "base",
        Folder = $"{Id}/{stage.ToString().ToLowerInvariant()}",
        AdapterHash = $"hash of {stage}",
        DataHash = "",
        Pairs = 1,
        Steps = 1,
        FinalLoss = 1,
    };

    private static SftPair Sft(int number) => new()
    {
        Id = $"p{number}",
        RoundId = Id,
        PromptId = $"a{number}",
        Label = Label.Harmful,
        Prompt = $"prompt {number}",
        Completion = $"hm</think>completion {number}",
        GuidelineId = "g0",
    };

    private static AugmentedPrompt Augmented(string id, string text, Label label) => new()
    {
        Id = id,
        RoundId = Id,
        Text = text,
        Label = label,
        Verdict = PromptVerdict.Accepted,
        ExampleIds = [],
        InstructionHash = "",
    };
}
