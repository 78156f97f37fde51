using System.Security.Cryptography;
using Sgasa.Contracts.Grpc;
using Sgasa.Modeling;
using Sgasa.Modeling.Training;
using FinishReason = Sgasa.Contracts.Grpc.FinishReason;

namespace Sgasa.Trainer.Tests.Trainings;

/// <summary>Jobs of the small model through the whole trainer.</summary>
public sealed class ModelTrainingTests : IAsyncLifetime
{
    private static readonly LoraConfig Lora = new() { R = 4, LoraAlpha = 8 };

    private static readonly SftConfig SftArguments = new()
    {
        NumTrainEpochs = 2,
        PerDeviceTrainBatchSize = 2,
        GradientAccumulationSteps = 2,
        LearningRate = 0.01,
        SaveSteps = 3,
        SaveTotalLimit = 1,
        TruncationMode = TruncationMode.Drop,
    };

    private static readonly DpoConfig DpoArguments = new()
    {
        PerDeviceTrainBatchSize = 4,
        LearningRate = 0.005,
        SaveSteps = 1,
        SaveTotalLimit = 1,
    };

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
        var sft = await _trainer.TrainAsync(Sft("r1-sft"));
        var dpo = await _trainer.TrainAsync(Dpo("r1-dpo", parent: "r1-sft"));

        (sft.Error, sft.Status, sft.Step).ShouldBe(("", TrainingStatus.Completed, 6));
        (dpo.Error, dpo.Status, dpo.Step).ShouldBe(("", TrainingStatus.Completed, 3));
        var info = await _trainer.Generation.GetModelAsync(new GetModelRequest(), cancellationToken: Ct);
        info.CheckpointIds.ShouldBe(["r1-dpo", "r1-sft"]);
        var answers = await _trainer.TextsAsync(Ask(""), Ask("r1-sft"), Ask("r1-dpo"));
        answers.Distinct().Count().ShouldBe(3);
        Directory.Exists(Path.Combine(_folder, "jobs", "r1-sft")).ShouldBeFalse();
    }

    [Fact]
    public async Task Sft_ManyEpochs_LearnsTheCompletionAndToEndIt()
    {
        var job = SentJob.Sft(
            "learner",
            Enumerable.Repeat(("question", "<think>\nthought</think>answer"), 4),
            new SftConfig { NumTrainEpochs = 40, PerDeviceTrainBatchSize = 4, LearningRate = 0.02 },
            new LoraConfig { R = 8, LoraAlpha = 32 });

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
        await _trainer.TrainAsync(Sft("r1-sft"));
        using var other = new TemporaryFolder();
        CopyModel(other);
        var first = await TrainerServer.StartAsync(other);
        await Sft("r1-sft").SubmitAsync(first.Training);
        await first.ReachedAsync("r1-sft", step: 1);
        await first.DisposeAsync();
        var states = Directory.EnumerateDirectories(Path.Combine(other, "jobs", "r1-sft", "adapter")).Count();

        await using var second = await TrainerServer.StartAsync(other);
        var job = await second.TrainAsync(Sft("r1-sft"));

        states.ShouldBe(1);
        job.Status.ShouldBe(TrainingStatus.Completed);
        AdapterHash(other, "r1-sft/adapter").ShouldBe(AdapterHash(_folder, "r1-sft/adapter"));
    }

    [Fact]
    public async Task Training_EveryStageOnATrainerWithAnEmptyDisk_GivesTheSameAdapterBytes()
    {
        await _trainer.TrainAsync(Sft("r1-sft"));
        await _trainer.TrainAsync(Dpo("r1-dpo", parent: "r1-sft"));
        using var shared = new TemporaryFolder();
        using TemporaryFolder one = new(), two = new(), three = new();
        foreach (var disk in (TemporaryFolder[])[one, two, three]) CopyModel(disk);
        var first = await TrainerServer.StartAsync(one, sharedFolder: shared);
        await Sft("r1-sft").SubmitAsync(first.Training);
        await first.ReachedAsync("r1-sft", step: 1);
        await first.DisposeAsync();

        await using (var second = await TrainerServer.StartAsync(two, sharedFolder: shared))
            await second.TrainAsync(Sft("r1-sft"));
        await using var third = await TrainerServer.StartAsync(three, sharedFolder: shared);
        var answer = await third.TextAsync(Ask("r1-sft"));
        await third.TrainAsync(Dpo("r1-dpo", parent: "r1-sft"));

        Directory.Exists(Path.Combine(one, "checkpoints", "r1-sft", "adapter")).ShouldBeFalse();
        AdapterHash(two, "r1-sft/adapter").ShouldBe(AdapterHash(_folder, "r1-sft/adapter"));
        AdapterHash(three, "r1-dpo/adapter").ShouldBe(AdapterHash(_folder, "r1-dpo/adapter"));
        answer.ShouldBe(await _trainer.TextAsync(Ask("r1-sft")));
        Directory.Exists(Path.Combine(shared, "files", "jobs", "r1-sft", "adapter", "checkpoint-1")).ShouldBeFalse();
    }

    [Fact]
    public async Task Sft_BestStepOfATrainerThatIsGone_IsTheResultOfTheNext()
    {
        // The loss falls, and here the highest counts as the best: it comes early.
        var arguments = SftArguments with
        {
            NumTrainEpochs = 12,
            EvalSteps = 1,
            SaveSteps = 1,
            LoadBestModelAtEnd = true,
            GreaterIsBetter = true,
        };
        SentJob Job()
        {
            var job = SentJob.Sft("best", Rows, arguments, Lora);
            job.Job.EvalSplit = 0.25;
            return job;
        }
        await _trainer.TrainAsync(Job());
        using TemporaryFolder shared = new(), one = new(), two = new();
        foreach (var disk in (TemporaryFolder[])[one, two]) CopyModel(disk);
        var first = await TrainerServer.StartAsync(one, sharedFolder: shared);
        await Job().SubmitAsync(first.Training);
        await first.ReachedAsync("best", step: 12);
        await first.DisposeAsync();

        await using var second = await TrainerServer.StartAsync(two, sharedFolder: shared);
        var trained = await second.TrainAsync(Job());

        (trained.Status, trained.Error).ShouldBe((TrainingStatus.Completed, ""));
        AdapterHash(two, "best/adapter").ShouldBe(AdapterHash(_folder, "best/adapter"));
        FineTuningResult.Find(Path.Combine(two, "checkpoints", "best", "adapter"))!.AdapterStep.ShouldBeLessThan(12, "or the test shows nothing");
    }

    [Fact]
    public async Task Dpo_TrainerStoppedAndStartedAgain_GivesTheSameAdapterBytes()
    {
        await _trainer.TrainAsync(Sft("r1-sft"));
        await _trainer.TrainAsync(Dpo("r1-dpo", parent: "r1-sft"));
        using var other = new TemporaryFolder();
        CopyModel(other);
        CopyFolder(Path.Combine(_folder, "checkpoints", "r1-sft", "adapter"), Path.Combine(other, "checkpoints", "r1-sft", "adapter"));
        var first = await TrainerServer.StartAsync(other);
        await Dpo("r1-dpo", parent: "r1-sft").SubmitAsync(first.Training);
        await first.ReachedAsync("r1-dpo", step: 1);
        await first.DisposeAsync();

        await using var second = await TrainerServer.StartAsync(other);
        await second.TrainAsync(Dpo("r1-dpo", parent: "r1-sft"));

        AdapterHash(other, "r1-dpo/adapter").ShouldBe(AdapterHash(_folder, "r1-dpo/adapter"));
    }

    [Fact]
    public async Task TrainingAndSampling_AtOnce_GiveWhatEachGivesAlone()
    {
        var requests = Enumerable.Range(0, 12).Select(i => Ask("", $"question {i}", seed: (ulong)i)).ToArray();
        var answersAlone = await _trainer.TextsAsync(requests);
        using var other = new TemporaryFolder();
        CopyModel(other);
        await using var busy = await TrainerServer.StartAsync(other);
        await _trainer.TrainAsync(Sft("r1-sft"));

        var training = busy.TrainAsync(Sft("r1-sft"));
        var answers = new List<string[]>();
        do answers.Add(await busy.TextsAsync(requests));
        while (!training.IsCompleted);
        await training;

        answers.ShouldAllBe(batch => batch.SequenceEqual(answersAlone));
        AdapterHash(other, "r1-sft/adapter").ShouldBe(AdapterHash(_folder, "r1-sft/adapter"));
    }

    [Fact]
    public async Task Sft_Checkpoint_IsAPeftAdapterThatNamesItsBaseModel()
    {
        await _trainer.TrainAsync(Sft("r1-sft"));
        var folder = Path.Combine(_folder, "checkpoints", "r1-sft", "adapter");

        var info = PeftAdapter.Inspect(folder);
        using var baseModel = ModelFolder.Open(Path.Combine(_folder, "model"));
        using var adapter = PeftAdapter.Load(folder, baseModel.Config, baseModel.Fingerprint);

        (info.Lora.R, info.Lora.LoraAlpha, info.Fingerprint).ShouldBe((4, 8, baseModel.Fingerprint));
        Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order()
            .ShouldBe(["adapter_config.json", "adapter_model.safetensors", "train_results.json"]);
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
            var (sft, dpo) = ($"{name}-sft", $"{name}-dpo");
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
        job.Job.Seed++;

        await _trainer.TrainAsync(job);

        AdapterHash(_folder, "two/adapter").ShouldNotBe(AdapterHash(_folder, "one/adapter"));
    }

    [Fact]
    public async Task Sft_FromAParent_ContinuesItsAdapter()
    {
        await _trainer.TrainAsync(Sft("parent"));
        var still = Sft("child");
        still.Job.ParentCheckpointId = "parent";
        // So low a rate that the adapter stays what it was.
        still.Job.ArgumentsJson = """{ "learning_rate": 1e-8, "warmup_ratio": 0 }""";

        await _trainer.TrainAsync(still);
        var answers = await _trainer.TextsAsync(Ask("parent"), Ask("child"), Ask(""));

        answers[1].ShouldBe(answers[0]);
        answers[1].ShouldNotBe(answers[2]);
    }

    [Fact]
    public async Task Sft_SomeExamplesTooLong_LeavesThemOut()
    {
        var job = SentJob.Sft(
            "mine",
            Rows.Select((row, i) => i == 0 ? (row.Prompt, string.Concat(Enumerable.Repeat("@#", 600))) : row),
            new SftConfig { MaxLength = 200, PerDeviceTrainBatchSize = 2, TruncationMode = TruncationMode.Drop });

        var trained = await _trainer.TrainAsync(job);

        // 11 of 12 examples are left: six batches of two.
        trained.Steps.ShouldBe(6);
    }

    [Fact]
    public async Task Sft_AllExamplesTooLong_FailsWithTheNumbers()
    {
        var job = SentJob.Sft(
            "mine",
            Rows.Select(row => (row.Prompt, string.Concat(Enumerable.Repeat("@#", 50)))),
            new SftConfig { MaxLength = 16, TruncationMode = TruncationMode.Drop });

        var failed = await _trainer.TrainAsync(job);

        (failed.Status, failed.Error).ShouldBe((TrainingStatus.Failed,
            "All 12 examples are longer than 16 tokens: raise max_length, or use a model with a longer context."));
    }

    [Fact]
    public async Task Dpo_ParentNotThere_FailsNamingIt()
    {
        var failed = await _trainer.TrainAsync(Dpo("r1-dpo", parent: "r1-sft"));

        failed.Status.ShouldBe(TrainingStatus.Failed);
        failed.Error.ShouldStartWith("There is no checkpoint 'r1-sft': ");
    }

    private static IEnumerable<(string Prompt, string Completion)> Rows => Enumerable.Range(0, 12).Select(i =>
        ($"question {i}", $"<think>\nthought {i}\n</think>\n\nanswer {(i % 3 == 0 ? "sorry" : i)}"));

    private static SentJob Sft(string jobId) => SentJob.Sft(jobId, Rows, SftArguments, Lora);

    private static SentJob Dpo(string jobId, string parent) => SentJob.Dpo(
        jobId,
        parent,
        Enumerable.Range(0, 12).Select(i => (
            $"question {i}", $"<think>\nthought {i}\n</think>\n\nanswer {i}", "<think>\nthought\n</think>\n\nsorry")),
        DpoArguments);

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
