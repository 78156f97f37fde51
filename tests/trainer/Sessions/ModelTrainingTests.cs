using System.Security.Cryptography;
using Sgasa.Contracts.Grpc;
using Sgasa.Modeling;
using FinishReason = Sgasa.Contracts.Grpc.FinishReason;

namespace Sgasa.Trainer.Tests.Sessions;

/// <summary>Jobs of the small model through the whole trainer.</summary>
public sealed class ModelTrainingTests : IAsyncLifetime
{
    private const string Recipe = """
        {
            "lora": { "rank": 4, "alpha": 8 },
            "sft": { "epochs": 2, "batchSize": 4, "microBatchSize": 2, "learningRate": 0.01, "saveEvery": 3 },
            "dpo": { "epochs": 1, "batchSize": 4, "microBatchSize": 4, "learningRate": 0.005, "saveEvery": 1 }
        }
        """;

    private readonly TemporaryFolder _folder = new();
    private TrainerServer _trainer = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _trainer = await TrainerServer.StartAsync(_folder);

    public async ValueTask DisposeAsync()
    {
        await _trainer.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Sft_ThenDpo_GiveCheckpointsThatAnswerDifferently()
    {
        var sft = await _trainer.TrainAsync(Sft("r1/checkpoint/sft"));
        var dpo = await _trainer.TrainAsync(Dpo("r1/checkpoint/dpo", parent: "r1/checkpoint/sft"));

        (sft.Error, sft.Status, sft.Step).ShouldBe(("", TrainingStatus.Completed, 6));
        (dpo.Error, dpo.Status, dpo.Step).ShouldBe(("", TrainingStatus.Completed, 3));
        var info = await _trainer.Generation.GetModelAsync(new GetModelRequest(), cancellationToken: Ct);
        info.CheckpointIds.ShouldBe(["r1/checkpoint/dpo", "r1/checkpoint/sft"]);
        var answers = await _trainer.BatchAsync(Ask(""), Ask("r1/checkpoint/sft"), Ask("r1/checkpoint/dpo"));
        answers.Distinct().Count().ShouldBe(3);
        Directory.Exists(Path.Combine(_folder, "jobs", "r1")).ShouldBeFalse();
    }

    [Fact]
    public async Task Sft_ManyEpochs_LearnsTheCompletionAndToEndIt()
    {
        var job = Sft("learner");
        job.RecipeJson = """
            { "sft": { "epochs": 40, "batchSize": 4, "learningRate": 0.02 }, "lora": { "rank": 8, "alpha": 32 } }
            """;
        job.Sft.Clear();
        var example = new SftExample { Prompt = "question", Completion = "thought</think>answer" };
        job.Sft.Add(Enumerable.Repeat(example, 4));

        using var other = new TemporaryFolder();
        SmallModel.Write(Path.Combine(other, "model"), endless: false);
        await using var trainer = await TrainerServer.StartAsync(other);

        await trainer.TrainAsync(job);
        var answer = (await trainer.ChunksAsync(Ask("learner", "question", temperature: 0))).ShouldHaveSingleItem();

        (answer.Text, answer.FinishReason).ShouldBe(("thought</think>answer", FinishReason.Stop));
    }

    [Fact]
    public async Task Sft_TrainerStoppedAndStartedAgain_GivesTheSameAdapterBytes()
    {
        await _trainer.TrainAsync(Sft("r1/checkpoint/sft"));
        using var other = new TemporaryFolder();
        CopyModel(other);
        var first = await TrainerServer.StartAsync(other);
        await first.Training.SubmitAsync(Sft("r1/checkpoint/sft"), cancellationToken: Ct);
        await first.ReachedAsync("r1/checkpoint/sft", step: 1);
        await first.DisposeAsync();
        var states = Directory.EnumerateDirectories(Path.Combine(other, "jobs", "r1", "sft")).Count();

        await using var second = await TrainerServer.StartAsync(other);
        var job = await second.TrainAsync(Sft("r1/checkpoint/sft"));

        states.ShouldBe(1);
        job.Status.ShouldBe(TrainingStatus.Completed);
        AdapterHash(other, "r1/sft").ShouldBe(AdapterHash(_folder, "r1/sft"));
    }

    [Fact]
    public async Task Training_EveryStageOnATrainerWithAnEmptyDisk_GivesTheSameAdapterBytes()
    {
        await _trainer.TrainAsync(Sft("r1/checkpoint/sft"));
        await _trainer.TrainAsync(Dpo("r1/checkpoint/dpo", parent: "r1/checkpoint/sft"));
        using var shared = new TemporaryFolder();
        using TemporaryFolder one = new(), two = new(), three = new();
        foreach (var disk in (TemporaryFolder[])[one, two, three]) CopyModel(disk);
        var first = await TrainerServer.StartAsync(one, sharedFolder: shared);
        await first.Training.SubmitAsync(Sft("r1/checkpoint/sft"), cancellationToken: Ct);
        await first.ReachedAsync("r1/checkpoint/sft", step: 1);
        await first.DisposeAsync();

        await using (var second = await TrainerServer.StartAsync(two, sharedFolder: shared))
            await second.TrainAsync(Sft("r1/checkpoint/sft"));
        await using var third = await TrainerServer.StartAsync(three, sharedFolder: shared);
        var answer = await third.TextAsync(Ask("r1/checkpoint/sft"));
        await third.TrainAsync(Dpo("r1/checkpoint/dpo", parent: "r1/checkpoint/sft"));

        Directory.Exists(Path.Combine(one, "checkpoints", "r1", "sft")).ShouldBeFalse();
        AdapterHash(two, "r1/sft").ShouldBe(AdapterHash(_folder, "r1/sft"));
        AdapterHash(three, "r1/dpo").ShouldBe(AdapterHash(_folder, "r1/dpo"));
        answer.ShouldBe(await _trainer.TextAsync(Ask("r1/checkpoint/sft")));
        Directory.Exists(Path.Combine(shared, "files", "jobs", "r1", "sft", "step-00000001")).ShouldBeFalse();
    }

    [Fact]
    public async Task Dpo_TrainerStoppedAndStartedAgain_GivesTheSameAdapterBytes()
    {
        await _trainer.TrainAsync(Sft("r1/checkpoint/sft"));
        await _trainer.TrainAsync(Dpo("r1/checkpoint/dpo", parent: "r1/checkpoint/sft"));
        using var other = new TemporaryFolder();
        CopyModel(other);
        CopyFolder(Path.Combine(_folder, "checkpoints", "r1", "sft"), Path.Combine(other, "checkpoints", "r1", "sft"));
        var first = await TrainerServer.StartAsync(other);
        await first.Training.SubmitAsync(Dpo("r1/checkpoint/dpo", parent: "r1/checkpoint/sft"), cancellationToken: Ct);
        await first.ReachedAsync("r1/checkpoint/dpo", step: 1);
        await first.DisposeAsync();

        await using var second = await TrainerServer.StartAsync(other);
        await second.TrainAsync(Dpo("r1/checkpoint/dpo", parent: "r1/checkpoint/sft"));

        AdapterHash(other, "r1/dpo").ShouldBe(AdapterHash(_folder, "r1/dpo"));
    }

    [Fact]
    public async Task TrainingAndSampling_AtOnce_GiveWhatEachGivesAlone()
    {
        var requests = Enumerable.Range(0, 12).Select(i => Ask("", $"question {i}", seed: (ulong)i)).ToArray();
        var answersAlone = await _trainer.BatchAsync(requests);
        using var other = new TemporaryFolder();
        CopyModel(other);
        await using var busy = await TrainerServer.StartAsync(other);
        await _trainer.TrainAsync(Sft("r1/checkpoint/sft"));

        var training = busy.TrainAsync(Sft("r1/checkpoint/sft"));
        var answers = new List<string[]>();
        do answers.Add(await busy.BatchAsync(requests));
        while (!training.IsCompleted);
        await training;

        answers.ShouldAllBe(batch => batch.SequenceEqual(answersAlone));
        AdapterHash(other, "r1/sft").ShouldBe(AdapterHash(_folder, "r1/sft"));
    }

    [Fact]
    public async Task Sft_Checkpoint_IsAPeftAdapterThatNamesItsBaseModel()
    {
        await _trainer.TrainAsync(Sft("r1/checkpoint/sft"));
        var folder = Path.Combine(_folder, "checkpoints", "r1", "sft");

        var info = PeftAdapter.Inspect(folder);
        using var baseModel = ModelFolder.Open(Path.Combine(_folder, "model"));
        using var adapter = PeftAdapter.Load(folder, baseModel.Config, baseModel.Fingerprint);

        (info.Lora.Rank, info.Lora.Alpha, info.Fingerprint).ShouldBe((4, 8, baseModel.Fingerprint));
        Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order()
            .ShouldBe(["adapter_config.json", "adapter_model.safetensors"]);
        adapter.NamedParameters.Count.ShouldBe(2 * 7 * 2); // layers, projections, A and B
    }

    [Fact]
    public async Task Jobs_OneAfterTheOther_LeaveNoTensorsBehind()
    {
        using var other = new TemporaryFolder();
        await using var trainer = await TrainerServer.StartAsync(other, options => options.MaxAdapters = 1);
        await RoundAsync("a");
        var after = await trainer.LiveTensorsAsync();

        await RoundAsync("b");
        await RoundAsync("c");

        (await trainer.LiveTensorsAsync()).ShouldBe(after);

        async Task RoundAsync(string name)
        {
            var (sft, dpo) = ($"{name}/checkpoint/sft", $"{name}/checkpoint/dpo");
            await trainer.TrainAsync(Sft(sft));
            await trainer.TextAsync(Ask(sft));
            await trainer.TrainAsync(Dpo(dpo, parent: sft));
            await trainer.TextAsync(Ask(dpo));
        }
    }

    [Fact]
    public async Task Sft_AnotherSeed_GivesAnotherAdapter()
    {
        await _trainer.TrainAsync(Sft("one"));
        var job = Sft("two");
        job.Seed++;

        await _trainer.TrainAsync(job);

        AdapterHash(_folder, "two/adapter").ShouldNotBe(AdapterHash(_folder, "one/adapter"));
    }

    [Fact]
    public async Task Sft_FromAParent_ContinuesItsAdapter()
    {
        await _trainer.TrainAsync(Sft("parent"));
        var still = Sft("child");
        still.ParentCheckpointId = "parent";
        // So low a rate that the adapter stays what it was.
        still.RecipeJson = """{ "sft": { "learningRate": 1e-8, "warmupRatio": 0 }, "lora": { "rank": 2, "alpha": 2 } }""";

        await _trainer.TrainAsync(still);
        var answers = await _trainer.BatchAsync(Ask("parent"), Ask("child"), Ask(""));

        answers[1].ShouldBe(answers[0]);
        answers[1].ShouldNotBe(answers[2]);
    }

    [Fact]
    public async Task Sft_SomeExamplesTooLong_LeavesThemOut()
    {
        var job = Sft("mine");
        job.Sft[0].Completion = string.Concat(Enumerable.Repeat("@#", 600));
        job.RecipeJson = """{ "sft": { "maxLength": 200, "batchSize": 2, "microBatchSize": 2 } }""";

        var trained = await _trainer.TrainAsync(job);

        // 11 of 12 examples are left: six batches of two.
        trained.Steps.ShouldBe(6);
    }

    [Fact]
    public async Task Sft_AllExamplesTooLong_FailsWithTheNumbers()
    {
        var job = Sft("mine");
        job.RecipeJson = """{ "sft": { "maxLength": 16 } }""";
        foreach (var example in job.Sft) example.Completion = string.Concat(Enumerable.Repeat("@#", 50));

        var failed = await _trainer.TrainAsync(job);

        (failed.Status, failed.Error).ShouldBe((TrainingStatus.Failed,
            "All 12 examples are longer than 16 tokens; raise maxLength in the recipe, or use a model with a longer context."));
    }

    [Fact]
    public async Task Dpo_ParentNotThere_FailsNamingIt()
    {
        var failed = await _trainer.TrainAsync(Dpo("r1/checkpoint/dpo", parent: "r1/checkpoint/sft"));

        failed.Status.ShouldBe(TrainingStatus.Failed);
        failed.Error.ShouldStartWith("There is no checkpoint 'r1/checkpoint/sft': ");
    }

    private static TrainingJobSpec Sft(string jobId) => new()
    {
        JobId = jobId,
        Stage = "sft",
        RecipeJson = Recipe,
        Seed = 7,
        Sft =
        {
            Enumerable.Range(0, 12).Select(i => new SftExample
            {
                Prompt = $"question {i}",
                Completion = $"thought {i}\n</think>\n\nanswer {(i % 3 == 0 ? "sorry" : i)}",
            }),
        },
    };

    private static TrainingJobSpec Dpo(string jobId, string parent) => new()
    {
        JobId = jobId,
        Stage = "dpo",
        ParentCheckpointId = parent,
        RecipeJson = Recipe,
        Seed = 7,
        Preferences =
        {
            Enumerable.Range(0, 12).Select(i => new PreferenceExample
            {
                Prompt = $"question {i}",
                Chosen = $"thought {i}\n</think>\n\nanswer {i}",
                Rejected = "thought\n</think>\n\nsorry",
            }),
        },
    };

    private static GenerateRequest Ask(
        string checkpoint, string question = "question", ulong seed = 1, double temperature = 1) => new()
        {
            CheckpointId = checkpoint,
            Messages = { new ChatTurn { Role = "user", Content = question } },
            Sampling = new SamplingOptions { Temperature = temperature, MaxNewTokens = 60 },
            Seed = seed,
        };

    private static string AdapterHash(string folder, string checkpoint) =>
        Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(
            Path.Combine(folder, "checkpoints", checkpoint, "adapter_model.safetensors"))));

    private void CopyModel(string folder) => CopyFolder(Path.Combine(_folder, "model"), Path.Combine(folder, "model"));

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
