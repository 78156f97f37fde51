using Sgasa.Modeling.Tests.Support;
using Sgasa.Modeling.Training;

namespace Sgasa.Modeling.Tests;

/// <summary>The library's README, as a program.</summary>
public sealed class ReadmeExampleTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Example_TrainSaveLoadSample_SavedAdapterSamplesTheSame()
    {
        using var output = new TemporaryFolder();
        var sampling = new SamplingConfig { Temperature = 0.6, TopP = 0.95, MaxNewTokens = 64 };
        using var folder = ModelFolder.Open(Parity.PathOf("qwen2-r1", "model"));
        using var model = CausalLM.FromPretrained(folder.Path, device: "auto", dtype: "auto");
        var tokenizer = folder.Tokenizer;
        var end = folder.Config.EosTokenIds[0];
        using var adapter = LoraAdapter.Create(folder.Config, new LoraConfig { R = 16, LoraAlpha = 32 }, seed: 1, model.Device);
        SftExample[] examples = [new(tokenizer.Encode("Question: 1 + 1 = "), [.. tokenizer.Encode("2"), end])];
        using (var trainer = new SftTrainer(model, adapter, examples, new SftConfig { NumTrainEpochs = 40 }))
        {
            trainer.Train(cancellationToken: Token);
        }
        PeftAdapter.Save(output.Path, adapter, baseModel: folder.Path, folder.Fingerprint);

        using var loaded = PeftAdapter.Load(output.Path, folder.Config, folder.Fingerprint, model.Device);
        var streamed = "";
        await foreach (var piece in model.GenerateAsync(tokenizer, "Question: 1 + 1 = ", sampling, seed: 7, loaded, Token))
        {
            streamed += piece;
        }
        using var engine = new GenerationEngine(model);
        var results = engine.Run([.. Enumerable.Range(0, 8).Select(seed => new GenerationRequest
        {
            PromptIds = tokenizer.Encode("Question: 1 + 1 = "),
            Adapter = adapter,
            Sampling = sampling,
            Seed = (ulong)seed,
        })]);

        streamed.ShouldBe("2");
        model.Generate(tokenizer, "Question: 1 + 1 = ", sampling, seed: 7, adapter, Token).ShouldBe("2");
        foreach (var result in results) tokenizer.Decode(result.TokenIds, skipSpecialTokens: true).ShouldBe("2");
    }
}
