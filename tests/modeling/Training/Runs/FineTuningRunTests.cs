using System.Text.Json;
using Sgasa.Modeling.Tests.Support;
using Sgasa.Modeling.Training;
using Sgasa.Modeling.Training.Runs;

namespace Sgasa.Modeling.Tests.Training.Runs;

public sealed class FineTuningRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CausalLM _model = Some.Model();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Three steps an epoch; logs, evaluations and checkpoints come at different steps, so that a stop falls between each of them.
    private static SftConfig Sft { get; } = new()
    {
        PerDeviceTrainBatchSize = 2,
        NumTrainEpochs = 3,
        LearningRate = 5e-3,
        LoggingSteps = 2,
        EvalSteps = 4,
        SaveSteps = 3,
        LoadBestModelAtEnd = true,
    };

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Run_ToTheEnd_LeavesAdapterCheckpointsAndMetrics()
    {
        var result = Run("run", Sft with { LoadBestModelAtEnd = false });

        result.GlobalStep.ShouldBe(9);
        result.Epoch.ShouldBe(3);
        result.LastEvaluation!.Keys.ShouldBe(["eval_mean_token_accuracy", "eval_entropy", "eval_loss"], ignoreOrder: true);
        Checkpoints("run").ShouldContain("checkpoint-9");
        using var saved = PeftAdapter.Load(Folder("run"), Some.Config, "base");
        using var last = PeftAdapter.Load(Path.Combine(Folder("run"), "checkpoint-9"), Some.Config, "base");
        saved.Parameters.Values.ToFloats().ShouldBe(last.Parameters.Values.ToFloats());
        var lines = Metrics("run");
        lines.Where(line => line.TryGetProperty("loss", out _)).Select(Step).ShouldBe([2, 4, 6, 8, 9]);
        lines.Where(line => line.TryGetProperty("eval_loss", out _)).Select(Step).ShouldBe([4, 8, 9]);
        lines[0].EnumerateObject().Select(field => field.Name).ShouldBe(
            ["loss", "grad_norm", "learning_rate", "num_tokens", "mean_token_accuracy", "entropy", "epoch", "step"]);
    }

    [Fact]
    public void Run_Logging_AveragesTheStepsSinceTheLastLog()
    {
        List<StepMetrics> steps = [];

        Run("run", Sft, steps.Add);

        var second = Metrics("run").Where(line => line.TryGetProperty("loss", out _)).ElementAt(1);
        second.GetProperty("loss").GetDouble().ShouldBe((steps[2].Loss + steps[3].Loss) / 2, 1e-12);
        second.GetProperty("grad_norm").GetDouble().ShouldBe(steps[3].GradNorm);
        second.GetProperty("learning_rate").GetDouble().ShouldBe(steps[3].LearningRate);
        second.GetProperty("num_tokens").GetInt64().ShouldBe(steps.Take(4).Sum(step => step.InputTokens));
    }

    [Fact]
    public void Run_KilledAfterEachStep_EndsInTheSameBits()
    {
        Run("whole", Sft);

        for (var killedAt = 1; killedAt <= 9; killedAt++)
        {
            var name = $"killed-{killedAt}";
            // Nothing is saved where a step's callback throws: the folder is as a killed process leaves it.
            Should.Throw<Killed>(() => Run(name, Sft, step => Killed.If(step.Step == killedAt)));
            Run(name, Sft);

            ShouldBeTheSameRun("whole", name);
        }
    }

    [Fact]
    public void Run_StoppedAfterEachStep_LosesNoStepAndEndsInTheSameBits()
    {
        Run("whole", Sft);
        for (var i = 1; i <= 9; i++)
        {
            using var stop = new CancellationTokenSource();
            List<int> steps = [];
            var first = i;
            void Step(StepMetrics step)
            {
                steps.Add(step.Step);
                stop.Cancel();
            }
            if (i < 9) Should.Throw<OperationCanceledException>(() => Run("stopped", Sft, Step, stop.Token));
            else Run("stopped", Sft, step => steps.Add(step.Step));
            steps.ShouldBe([first]);
        }

        ShouldBeTheSameRun("whole", "stopped");
    }

    [Theory, InlineData(1), InlineData(4), InlineData(5)]
    public void Run_DpoKilled_EndsInTheSameBits(int killedAt)
    {
        var config = new DpoConfig
        {
            PerDeviceTrainBatchSize = 2,
            NumTrainEpochs = 2,
            LearningRate = 5e-3,
            LoggingSteps = 1,
            EvalSteps = 2,
            SaveSteps = 2,
            RpoAlpha = 0.5,
        };
        Run("whole", config);

        Should.Throw<Killed>(() => Run("killed", config, step => Killed.If(step.Step == killedAt)));
        Run("killed", config);

        ShouldBeTheSameRun("whole", "killed");
        Metrics("whole")[0].EnumerateObject().Select(field => field.Name).ShouldBe(
            [
                "loss", "grad_norm", "learning_rate", "num_tokens", "entropy", "mean_token_accuracy", "rewards/chosen",
                "rewards/rejected", "rewards/margins", "rewards/accuracies", "logps/chosen", "logps/rejected", "nll_loss",
                "epoch", "step",
            ]);
    }

    [Fact]
    public void Run_LastCheckpointDamaged_GoesOnFromTheOneBefore()
    {
        Run("whole", Sft);
        Should.Throw<Killed>(() => Run("damaged", Sft, step => Killed.If(step.Step == 7)));
        using (var file = new FileStream(
            Path.Combine(Folder("damaged"), "checkpoint-6", "training_state.safetensors"), FileMode.Open)) file.SetLength(100);

        Run("damaged", Sft);

        ShouldBeTheSameRun("whole", "damaged");
    }

    [Fact]
    public void Run_BestInTheMiddle_IsTheResult()
    {
        // Far too high a learning rate: the loss is best early.
        var config = Sft with { LearningRate = 0.3, EvalSteps = 1, SaveSteps = 1, NumTrainEpochs = 4 };

        var result = Run("run", config);

        var losses = Metrics("run").Where(line => line.TryGetProperty("eval_loss", out _))
            .ToDictionary(Step, line => line.GetProperty("eval_loss").GetDouble());
        var best = losses.MinBy(entry => entry.Value);
        best.Key.ShouldBeLessThan(12, "or the test shows nothing");
        (result.BestGlobalStep, result.BestMetric, result.AdapterStep).ShouldBe((best.Key, best.Value, best.Key));
        File.ReadAllBytes(Path.Combine(Folder("run"), "adapter_model.safetensors"))
            .ShouldBe(File.ReadAllBytes(Path.Combine(Folder("run"), $"checkpoint-{best.Key}", "adapter_model.safetensors")));
    }

    [Theory, InlineData(1), InlineData(2)]
    public void Run_NoBetterForAsLongAsPatience_StopsEarly(int patience)
    {
        var config = Sft with { LearningRate = 0.3, EvalSteps = 1, NumTrainEpochs = 6, EarlyStoppingPatience = patience };

        var result = Run("run", config);

        result.StoppedEarly.ShouldBeTrue();
        result.GlobalStep.ShouldBeLessThan(18);
        (result.GlobalStep - result.BestGlobalStep).ShouldBe(patience);
        Metrics("run").Where(line => line.TryGetProperty("loss", out _)).Select(Step).Last().ShouldBe(result.GlobalStep);
    }

    [Fact]
    public void Run_ThresholdNeverReached_CountsSmallGainsAsNone()
    {
        var config = Sft with { EvalSteps = 1, NumTrainEpochs = 6, EarlyStoppingPatience = 3, EarlyStoppingThreshold = 1e6 };

        var result = Run("run", config);

        // The first evaluation is the best so far whatever it is; the next three do not gain a million.
        (result.StoppedEarly, result.GlobalStep).ShouldBe((true, 4));
    }

    [Fact]
    public void Run_SaveTotalLimit_KeepsTheNewestAndTheBest()
    {
        var config = Sft with { LearningRate = 0.3, EvalSteps = 1, SaveSteps = 1, NumTrainEpochs = 4, SaveTotalLimit = 2 };

        var result = Run("run", config);

        Checkpoints("run").ShouldBe([$"checkpoint-{result.BestGlobalStep}", "checkpoint-12"], ignoreOrder: true);
    }

    [Fact]
    public void Run_FinishedFolder_GivesTheResultAtOnce()
    {
        var first = Run("run", Sft);
        List<StepMetrics> steps = [];

        var second = Run("run", Sft, steps.Add);

        steps.ShouldBeEmpty();
        JsonSerializer.Serialize(second).ShouldBe(JsonSerializer.Serialize(first));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Run_FolderOfARunWithOtherSettings_IsRefused(bool finished)
    {
        if (finished) Run("run", Sft);
        else Should.Throw<Killed>(() => Run("run", Sft, step => Killed.If(step.Step == 5)));

        var error = Should.Throw<TrainingFolderException>(() => Run("run", Sft with { LearningRate = 1e-4 }));

        error.HoldsAnotherRun.ShouldBeTrue();
        error.Message.ShouldContain("other data, settings, model or starting adapter");
    }

    [Fact]
    public void Run_OtherLoggingInterval_ContinuesTheRun()
    {
        Run("whole", Sft);
        Should.Throw<Killed>(() => Run("run", Sft, step => Killed.If(step.Step == 5)));

        Run("run", Sft with { LoggingSteps = 1 });

        Adapter("run").ShouldBe(Adapter("whole"));
    }

    [Fact]
    public void Run_FolderInUse_SaysSo()
    {
        using var held = RunFolder.Open(Folder("run"));

        var error = Should.Throw<TrainingFolderException>(() => Run("run", Sft));

        error.HoldsAnotherRun.ShouldBeFalse();
        error.Message.ShouldContain("another process");
    }

    [Fact]
    public void Open_StepByStepWithCheckpointsOfTheCallers_EndsInTheSameBits()
    {
        Run("whole", Sft);
        var checkpoints = new List<int>();

        // Every step in another process: opened, one step, a checkpoint, gone.
        for (var over = false; !over;)
        {
            Opened("stepwise", run =>
            {
                run.Step(Token);
                run.Checkpoint();
                checkpoints.Add(run.CheckpointStep);
                over = run.IsOver;
                if (over) run.Finish();
            });
        }

        checkpoints.ShouldBe(Enumerable.Range(1, 9));
        ShouldBeTheSameRun("whole", "stepwise");
    }

    [Fact]
    public void Finish_StepsLeft_IsRefusedAndNothingIsWritten() => Opened("run", run =>
    {
        run.Step(Token);

        Should.Throw<InvalidOperationException>(run.Finish).Message.ShouldContain("8 steps are left");

        File.Exists(Path.Combine(Folder("run"), "train_results.json")).ShouldBeFalse();
    });

    [Fact]
    public void Finish_FinalLoss_IsTheMeanOfTheLastTenth()
    {
        List<StepMetrics> steps = [];

        var result = Run("run", Sft with { NumTrainEpochs = 8 }, steps.Add);

        result.FinalLoss.ShouldBe((steps[^1].Loss + steps[^2].Loss) / 2, 1e-12);
    }

    [Fact]
    public void Open_BestWithoutEvaluationSet_SaysWhatIsMissing()
    {
        using var adapter = Some.Adapter();
        using var trainer = new SftTrainer(_model, adapter, Some.SftExamples(6), Sft);

        var error = Should.Throw<ArgumentException>(
            () => FineTuningRun.Open(trainer, new() { OutputFolder = Folder("run") }, Token));

        error.Message.ShouldContain("evaluation set");
    }

    [Fact]
    public void MetricNames_OfBothTrainers_AreWhatAnEvaluationGives()
    {
        using var first = Some.Adapter();
        using var second = Some.Adapter();
        using var sft = new SftTrainer(_model, first, Some.SftExamples(3), Sft, Some.SftExamples(2));
        using var dpo = new DpoTrainer(_model, second, null, Some.Pairs(3), new DpoConfig { RpoAlpha = 1 }, Some.Pairs(2));

        sft.Evaluate(Token).Keys.ShouldBe(sft.MetricNames, ignoreOrder: true);
        dpo.Evaluate(Token).Keys.ShouldBe(dpo.MetricNames, ignoreOrder: true);
    }

    private FineTuningResult Run(
        string name, TrainingArguments config, Action<StepMetrics>? onStep = null, CancellationToken? token = null)
    {
        using var adapter = FreshAdapter();
        using var trainer = Trainer(adapter, config);
        return trainer.Train(Options(name) with { OnStep = onStep }, token ?? Token);
    }

    private void Opened(string name, Action<FineTuningRun> use)
    {
        using var adapter = FreshAdapter();
        using var trainer = Trainer(adapter, Sft);
        using var run = FineTuningRun.Open(trainer, Options(name), Token);
        use(run);
    }

    private static LoraAdapter FreshAdapter() => LoraAdapter.Create(Some.Config, new LoraConfig { R = 4 }, seed: 5);

    private ITrainer Trainer(LoraAdapter adapter, TrainingArguments config) => config is DpoConfig dpo
        ? new DpoTrainer(_model, adapter, null, Some.Pairs(5), dpo, Some.Pairs(3))
        : new SftTrainer(_model, adapter, Some.SftExamples(6), (SftConfig)config, Some.SftExamples(3));

    private FineTuningRunOptions Options(string name) => new()
    {
        OutputFolder = Folder(name),
        BaseModel = "model",
        BaseModelFingerprint = "base",
    };

    private void ShouldBeTheSameRun(string expected, string actual)
    {
        Adapter(actual).ShouldBe(Adapter(expected));
        File.ReadAllText(Path.Combine(Folder(actual), "metrics.jsonl"))
            .ShouldBe(File.ReadAllText(Path.Combine(Folder(expected), "metrics.jsonl")), actual);
        File.ReadAllText(Path.Combine(Folder(actual), "train_results.json"))
            .ShouldBe(File.ReadAllText(Path.Combine(Folder(expected), "train_results.json")), actual);
    }

    private byte[] Adapter(string name) => File.ReadAllBytes(Path.Combine(Folder(name), "adapter_model.safetensors"));

    private List<JsonElement> Metrics(string name) =>
        [.. File.ReadLines(Path.Combine(Folder(name), "metrics.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];

    private IEnumerable<string> Checkpoints(string name) =>
        Directory.GetDirectories(Folder(name), "checkpoint-*").Select(path => Path.GetFileName(path));

    private string Folder(string name) => Path.Combine(_folder.Path, name);

    private static int Step(JsonElement line) => line.GetProperty("step").GetInt32();

    private sealed class Killed : Exception
    {
        public static void If(bool now)
        {
            if (now) throw new Killed();
        }
    }
}
