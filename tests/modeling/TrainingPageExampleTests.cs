using Sgasa.Modeling.Training;

namespace Sgasa.Modeling.Tests;

/// <summary>The program of <c>docs/training.md</c>.</summary>
public sealed class TrainingPageExampleTests
{
    [Fact]
    public async Task Example_LoadSplitTrain_LeavesTheBestAdapter()
    {
        using var output = new TemporaryFolder();
        var data = Path.Combine(output.Path, "sft.jsonl");
        await File.WriteAllLinesAsync(
            data,
            Enumerable.Range(0, 8).Select(i => $$"""{"prompt": "Count {{i}}", "completion": " {{i}}"}"""),
            TestContext.Current.CancellationToken);
        List<double> losses = [];

        using var folder = ModelFolder.Open(Parity.PathOf("qwen2-r1", "model"));
        var end = EndToken.Find(folder.Path, folder.Tokenizer, folder.Config);
        var encoder = new ExampleEncoder(folder.Tokenizer, ChatTemplate.FromPretrained(folder.Path), end);
        var examples = await Dataset.LoadSftAsync([data], encoder, TestContext.Current.CancellationToken);
        var (train, eval) = Dataset.Split(examples, share: 0.25, seed: 1);

        using var model = CausalLM.FromPretrained(folder.Path, device: "cpu");
        using var adapter = LoraAdapter.Create(folder.Config, new LoraConfig { R = 8, LoraAlpha = 16 }, seed: 1, model.Device);
        var config = new SftConfig
        {
            NumTrainEpochs = 3,
            PerDeviceTrainBatchSize = 2,
            EvalSteps = 2,
            SaveTotalLimit = 2,
            LoadBestModelAtEnd = true,
        };
        using var trainer = new SftTrainer(model, adapter, train, config, eval);
        var result = trainer.Train(new FineTuningRunOptions
        {
            OutputFolder = Path.Combine(output.Path, "my-run"),
            BaseModel = folder.Path,
            BaseModelFingerprint = folder.Fingerprint,
            OnStep = step => losses.Add(step.Loss),
        }, TestContext.Current.CancellationToken);

        losses.Count.ShouldBe(9);
        result.AdapterStep.ShouldBe(result.BestGlobalStep!.Value);
        File.Exists(Path.Combine(output.Path, "my-run", "adapter_model.safetensors")).ShouldBeTrue();
    }
}
