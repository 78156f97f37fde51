using Sgasa.Modeling.Generation.Slots;
using Sgasa.Modeling.Model;
using Sgasa.Modeling.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Tests.Architectures;

public sealed class RopeScalingTests
{
    private static readonly ModelConfig Plain = Some.Config with { ModelType = "llama", AttentionBias = false };

    [Fact]
    public void Linear_Frequencies_AreDividedByTheFactor()
    {
        var frequencies = RotaryEmbedding.InverseFrequencies(Plain with { RopeScaling = new LinearScaling(4) });

        (frequencies * 4).ToFloats().ShouldBe(RotaryEmbedding.InverseFrequencies(Plain).ToFloats());
    }

    [Fact]
    public void Yarn_Magnitude_IsOfQueriesAndOfKeys()
    {
        new YarnScaling(4, 32).Magnitude.ShouldBe(0.1 * Math.Log(4) + 1, 1e-12);
        new YarnScaling(4, 32, AttentionFactor: 0.5).Magnitude.ShouldBe(0.5);
    }

    [Fact]
    public void Dynamic_BeyondTheLongestSequence_IsAPlainRotationOfALargerBase()
    {
        // Width 16, factor 3, 50 of 20 positions: the base grows by (3 · 50 / 20 - 2)^(16 / 14).
        var dynamic = Plain with { RopeScaling = new DynamicScaling(3), MaxPositionEmbeddings = 20 };
        var larger = Plain with { RopeTheta = Plain.RopeTheta * Math.Pow(3 * 50 / 20.0 - 2, 16 / 14.0) };

        var within = RotaryEmbedding.InverseFrequencies(dynamic, 20);
        var beyond = RotaryEmbedding.InverseFrequencies(dynamic, 50);

        within.ToFloats().ShouldBe(RotaryEmbedding.InverseFrequencies(Plain).ToFloats());
        beyond.ToFloats().ShouldBeWithin(1e-6, RotaryEmbedding.InverseFrequencies(larger).ToFloats());
    }

    [Fact]
    public void Dynamic_LongSequenceInABatch_LeavesAShortOneAlone()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = CausalLM.Create(Plain with { RopeScaling = new DynamicScaling(3), MaxPositionEmbeddings = 12 }, seed: 1, std: 0.2);
        var (few, many) = (Some.Ids(10), Some.Ids(20, seed: 4));
        var mask = stack([cat([zeros(10), ones(10)], 0), ones(20)], 0);
        var positions = (mask.cumsum(1) - 1).clamp_min(0).to_type(ScalarType.Int64);

        var together = model.Forward(Some.Batch([.. new int[10], .. few], many), positions, mask);

        together[0, -1].ToFloats().ShouldBeWithin(1e-4, model.Forward(Some.Batch(few))[0, -1].ToFloats());
        together[1, -1].ToFloats().ShouldBeWithin(1e-4, model.Forward(Some.Batch(many))[0, -1].ToFloats());
    }

    [Fact]
    public void Compute_PromptWithKnownBeginningOfAnotherRotation_IsComputedAnew()
    {
        var config = Plain with { RopeScaling = new DynamicScaling(3), MaxPositionEmbeddings = 30 };
        using var model = CausalLM.Create(config, 1, std: 0.2);
        using var decoder = new CpuDecoder(model);
        using var batch = new CpuSlotBatch(decoder, 2, threads: 1);
        var prompt = Some.Ids(60);
        var whole = batch.Compute([new Prompt(prompt)])[0];
        var beginning = batch.Compute([new Prompt(prompt[..25])])[0];

        var continued = batch.Compute([new Prompt(prompt, beginning, 25)])[0];

        continued.Logits.ShouldBe(whole.Logits);
        foreach (var prefill in new[] { whole, beginning, continued }) prefill.State.Dispose();
    }

    [Fact]
    public void ContextLength_ScalingAddedToAPublishedConfiguration_IsTheLongerOne()
    {
        var config = Plain with { MaxPositionEmbeddings = 160 };

        (config with { RopeScaling = new YarnScaling(4, 128) }).ContextLength.ShouldBe(512);
        (config with { RopeScaling = new DynamicScaling(2) }).ContextLength.ShouldBe(320);
        (config with { RopeScaling = new LinearScaling(4) }).ContextLength.ShouldBe(160);
        (config with { RopeScaling = new DynamicScaling(2), ContextLimit = 200 }).ContextLength.ShouldBe(200);
    }

    [Fact]
    public void LongRope_SameDivisors_AreEqual()
    {
        var scaling = new LongRopeScaling(4, 64, [1, 2], [3, 4]);

        new LongRopeScaling(4, 64, [1, 2], [3, 4]).ShouldBe(scaling);
        new LongRopeScaling(4, 64, [1, 2], [3, 5]).ShouldNotBe(scaling);
    }
}
