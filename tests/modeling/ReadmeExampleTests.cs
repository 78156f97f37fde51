using Sgasa.Modeling.Generation;
using Sgasa.Modeling.Lora;
using Sgasa.Modeling.Model;
using Sgasa.Modeling.Peft;
using Sgasa.Modeling.Tests.Support;
using Sgasa.Modeling.Training;

namespace Sgasa.Modeling.Tests;

/// <summary>The library's README, as a program.</summary>
public sealed class ReadmeExampleTests
{
    [Fact]
    public void Example_TrainSaveLoadSample_SavedAdapterSamplesTheSame()
    {
        using var output = new TemporaryFolder();
        using var folder = ModelFolder.Open(Parity.PathOf("qwen2-r1", "model"));
        using var model = CausalLM.Load(folder.Config, folder.Weights);
        var tokenizer = folder.Tokenizer;
        var end = folder.Config.EosTokenIds[0];
        using var adapter = LoraAdapter.Create(folder.Config, new LoraConfig { Rank = 16, Alpha = 32 }, seed: 1);
        SftExample[] examples = [new(tokenizer.Encode("Question: 1 + 1 = "), [.. tokenizer.Encode("2"), end])];
        using (var trainer = new SftTrainer(model, adapter, examples, new SftConfig { NumTrainEpochs = 40 }))
        {
            while (trainer.CurrentStep < trainer.Steps) trainer.Step(TestContext.Current.CancellationToken);
        }
        PeftAdapter.Save(output.Path, adapter, baseModel: folder.Path, folder.Fingerprint);

        using var loaded = PeftAdapter.Load(output.Path, folder.Config, folder.Fingerprint);
        using var engine = new GenerationEngine(model);
        var request = new GenerationRequest
        {
            PromptIds = tokenizer.Encode("Question: 1 + 1 = "),
            Adapter = loaded,
            Sampling = new SamplingConfig { Temperature = 0.6, TopP = 0.95, MaxNewTokens = 64 },
            Seed = 7,
        };
        var result = engine.Run(request);

        result.TokenIds.ShouldBe(engine.Run(request with { Adapter = adapter }).TokenIds);
        tokenizer.Decode(result.TokenIds, skipSpecialTokens: true).ShouldBe("2");
    }
}
