using Sgasa.Modeling.Tests.Support;
using Sgasa.Modeling.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Tests.Model;

/// <summary>
/// Activations in bfloat16, as a GPU computes them, tried on the CPU: types fit together, and results are near those of float32.
/// </summary>
public sealed class NarrowActivationsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> EachFamily => [.. ModelFamilies.Names];

    [Theory, MemberData(nameof(EachFamily))]
    public void Forward_EachArchitecture_NearFloat32(string type)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var config = Some.Config with { ModelType = type, AttentionBias = false, SlidingWindow = 7, PartialRotaryFactor = 0.5 };
        using var narrow = Narrow(config);
        using var wide = CausalLM.Create(config, seed: 1, std: 0.2);
        using var adapter = Some.Adapter(config: config);
        var ids = Some.Batch(Some.Ids(12), Some.Ids(12, seed: 4));

        var hidden = narrow.Hidden(ids, adapter: adapter);
        var logits = narrow.Logits(hidden);

        hidden.dtype.ShouldBe(ScalarType.BFloat16);
        logits.dtype.ShouldBe(ScalarType.Float32);
        // bfloat16 has 8 significant bits; a wrong norm or rotation would show as an error of the logits' own size.
        var expected = wide.Forward(ids, adapter: adapter);
        var error = (logits - expected).square().mean().sqrt().item<float>();
        error.ShouldBeLessThan(0.03f * expected.std().item<float>());
        error.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Forward_WithACache_SameAsWithout()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = Narrow(Some.Config);
        using var cache = new KvCache(Some.Config, 1, 12, dtype: model.ComputeType);
        var ids = Some.Ids(12);

        var whole = model.Forward(Some.Batch(ids));
        model.Forward(Some.Batch(ids[..7]), cache: cache);
        var rest = model.Forward(Some.Batch(ids[7..]), cache: cache);

        (rest - whole[.., 7..]).abs().max().item<float>().ShouldBeLessThan(0.05f * whole.std().item<float>());
    }

    [Fact]
    public void Step_GradientCheckpointing_SameBitsAndLossFalls()
    {
        using var model = Narrow(Some.Config);
        using var kept = LoraAdapter.Create(Some.Config, new LoraConfig { R = 8 }, seed: 4);
        using var again = LoraAdapter.Create(Some.Config, new LoraConfig { R = 8 }, seed: 4);
        var config = new SftConfig { PerDeviceTrainBatchSize = 4, NumTrainEpochs = 30, LearningRate = 1e-2 };
        using var keeping = new SftTrainer(model, kept, Some.SftExamples(4), config);
        using var checkpointing = new SftTrainer(model, again, Some.SftExamples(4), config with { GradientCheckpointing = true });

        var losses = Enumerable.Range(0, 30).Select(_ => (keeping.Step(Token).Loss, checkpointing.Step(Token).Loss)).ToList();

        losses.ShouldAllBe(pair => pair.Item1 == pair.Item2);
        losses[^1].Item1.ShouldBeLessThan(losses[0].Item1 / 2);
        again.Parameters.Values.ToFloats().ShouldBe(kept.Parameters.Values.ToFloats());
        kept.Parameters.Values.dtype.ShouldBe(ScalarType.Float32);
    }

    [Theory, InlineData(0), InlineData(long.MaxValue)]
    public void Generate_InSlots_SameTokensCrowdedOrAlone(long copyUpTo)
    {
        using var model = Narrow(Some.Config);
        using var adapter = Some.Adapter();
        var options = new GenerationOptions { Slots = 4, UniformSlots = true, CopyUpToParameters = copyUpTo };
        using var engine = new GenerationEngine(model, options);
        GenerationRequest[] requests =
        [
            .. Enumerable.Range(0, 10).Select(i => new GenerationRequest
            {
                PromptIds = Some.Ids(2 + i * 3, seed: i),
                Adapter = i % 2 == 0 ? adapter : null,
                Sampling = new SamplingConfig { MaxNewTokens = 12 },
                Seed = (ulong)i,
            }),
        ];

        var together = engine.Run(requests);
        var alone = requests.Select(request => engine.Run(request)).ToList();

        together.Select(result => result.TokenIds).ShouldBe(alone.Select(result => result.TokenIds));
    }

    private static CausalLM Narrow(ModelConfig config)
    {
        var model = CausalLM.Create(config, seed: 1, std: 0.2, dtype: ScalarType.BFloat16);
        model.ComputeType = ScalarType.BFloat16;
        return model;
    }
}
