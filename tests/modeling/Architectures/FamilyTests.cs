using Sgasa.Modeling.Generation.Slots;
using Sgasa.Modeling.Tests.Support;
using Sgasa.Modeling.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Tests.Architectures;

/// <summary>What holds for every family, whatever its configuration says, without golden values.</summary>
public sealed class FamilyTests
{
    private static readonly bool[] SecondDoesNotRotate = [true, false];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> EachFamily => [.. ModelFamilies.Names];

    [Theory, MemberData(nameof(EachFamily))]
    public void Folder_WrittenAndOpened_IsTheSameModel(string family)
    {
        using var folder = new TemporaryFolder();
        var config = Some.Config with { ModelType = family, AttentionBias = false, PadTokenId = null };

        RandomModelFolder.Write(folder.Path, config, seed: 1);
        var read = ModelConfig.FromPretrained(folder.Path);
        using var model = CausalLM.FromPretrained(folder.Path, device: "cpu");

        // SmolLM3's file says of every layer whether it rotates.
        (read with { EosTokenIds = config.EosTokenIds, RotaryLayers = null }).ShouldBe(config);
        model.NamedParameters.Values.Sum(weight => weight.numel()).ShouldBe(RandomModelFolder.ParametersOf(config));
    }

    [Theory, MemberData(nameof(EachFamily))]
    public void Decode_BothDecoders_GiveTheSameLogits(string family)
    {
        foreach (var config in Variants(Some.Config with { ModelType = family, AttentionBias = false }))
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            using var model = CausalLM.Create(config, seed: 1, std: 0.2);
            var ids = Some.Ids(90);

            var expected = model.Forward(Some.Batch(ids))[0, -1].ToFloats();

            foreach (var uniform in new[] { false, true })
                LastLogits(model, ids, uniform).ShouldBeWithin(2e-4, expected, $"{config}, uniform slots {uniform}");
        }
    }

    [Theory, MemberData(nameof(EachFamily))]
    public void Train_EachFamily_LossFallsAndCheckpointingGivesTheSameBits(string family)
    {
        var config = Some.Config with { ModelType = family, AttentionBias = false, SlidingWindow = 5, RotaryLayers = SecondDoesNotRotate };
        using var model = CausalLM.Create(config, seed: 1, std: 0.2);
        using var kept = LoraAdapter.Create(config, new LoraConfig { R = 8 }, seed: 4);
        using var again = LoraAdapter.Create(config, new LoraConfig { R = 8 }, seed: 4);
        var settings = new SftConfig { PerDeviceTrainBatchSize = 4, NumTrainEpochs = 20, LearningRate = 1e-2 };
        using var keeping = new SftTrainer(model, kept, Some.SftExamples(4), settings);
        using var checkpointing = new SftTrainer(model, again, Some.SftExamples(4), settings with { GradientCheckpointing = true });

        var losses = Enumerable.Range(0, 20).Select(_ => (keeping.Step(Token).Loss, checkpointing.Step(Token).Loss)).ToList();

        losses.ShouldAllBe(pair => pair.Item1 == pair.Item2);
        losses[^1].Item1.ShouldBeLessThan(losses[0].Item1 / 2);
        again.Parameters.Values.ToFloats().ShouldBe(kept.Parameters.Values.ToFloats());
    }

    [Theory, MemberData(nameof(EachFamily))]
    public void Merge_AdapterOfAllProjections_SameLogitsAsBesideTheWeights(string family)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var config = Some.Config with { ModelType = family, AttentionBias = false };
        using var model = CausalLM.Create(config, seed: 1, std: 0.2);
        using var adapter = Some.Adapter(config: config);
        var ids = Some.Batch(Some.Ids(12));

        using var merged = model.Merge(adapter);

        var beside = model.Forward(ids, adapter: adapter);
        merged.Forward(ids).ToFloats().ShouldBeWithin(1e-3, beside.ToFloats());
        (beside - model.Forward(ids)).abs().max().item<float>().ShouldBeGreaterThan(0.1f);
    }

    [Fact]
    public void Forward_FusedInTheCheckpoint_SameAsTheSeparateMatrices()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var separate = CausalLM.Create(Some.Config with { ModelType = "mistral" }, seed: 1, std: 0.2);
        using var fused = CausalLM.Create(Some.Config with { ModelType = "phi3" }, seed: 2, std: 0.2);
        foreach (var (name, weight) in fused.NamedParameters)
        {
            string[] parts = name.Contains("qkv_proj", StringComparison.Ordinal) ? ["q_proj", "k_proj", "v_proj"]
                : name.Contains("gate_up_proj", StringComparison.Ordinal) ? ["gate_proj", "up_proj"] : [""];
            var own = parts is [""] ? "" : parts.Length == 3 ? "qkv_proj" : "gate_up_proj";
            weight.copy_(cat([.. parts.Select(part =>
                separate.NamedParameters[own.Length > 0 ? name.Replace(own, part, StringComparison.Ordinal) : name])], 0));
        }
        var ids = Some.Batch(Some.Ids(12));

        fused.Forward(ids).ToFloats().ShouldBe(separate.Forward(ids).ToFloats());
    }

    [Fact]
    public void Forward_SlidingWindow_SeesThatManyTokensAndNoMore()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var config = Some.Config with { ModelType = "mistral", NumHiddenLayers = 1, SlidingWindow = 5 };
        using var model = CausalLM.Create(config, seed: 1, std: 0.2);
        var ids = Some.Ids(12);

        float[] Changed(int place) => model.Forward(Some.Batch([.. ids[..place], ids[place] ^ 1, .. ids[(place + 1)..]]))[0, -1].ToFloats();

        var expected = model.Forward(Some.Batch(ids))[0, -1].ToFloats();
        Changed(12 - 6).ShouldBe(expected);
        Changed(12 - 5).ShouldNotBe(expected);
    }

    [Fact]
    public void Forward_LayerWithoutRotation_DoesNotKnowTheOrder()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var config = Some.Config with { ModelType = "smollm3", NumHiddenLayers = 1, AttentionBias = false };
        var ids = Some.Ids(12);
        int[] swapped = [ids[1], ids[0], .. ids[2..]];

        float[] Last(bool rotates, int[] tokens)
        {
            using var model = CausalLM.Create(config with { RotaryLayers = [rotates] }, seed: 1, std: 0.2);
            return model.Forward(Some.Batch(tokens))[0, -1].ToFloats();
        }

        Last(rotates: false, swapped).ShouldBeWithin(1e-5, Last(rotates: false, ids));
        Last(rotates: true, swapped).ShouldNotBe(Last(rotates: true, ids));
    }

    /// <summary>Everything that configurations may say, one thing at a time; the last has heads of no whole vectors.</summary>
    private static IEnumerable<ModelConfig> Variants(ModelConfig config) =>
    [
        config,
        config with { SlidingWindow = 70 },
        config with { SlidingWindow = 7 },
        config with { PartialRotaryFactor = 0.5 },
        config with { RotaryLayers = SecondDoesNotRotate },
        config with { RopeScaling = new YarnScaling(4, 32) },
        config with { RopeScaling = new DynamicScaling(4), MaxPositionEmbeddings = 64 },
        config with { RopeScaling = new LongRopeScaling(4, 64, [1, 1, 1, 1, 1, 1, 1, 1], [1, 2, 3, 4, 4, 4, 4, 4]) },
        config with { HeadDim = 12, SlidingWindow = 30 },
    ];

    /// <summary>Logits after the last token, most of which were the prompt and some sampled one by one.</summary>
    private static float[] LastLogits(CausalLM model, int[] ids, bool uniformSlots)
    {
        using var decoder = new CpuDecoder(model);
        using ISlotBatch batch = uniformSlots ? new TorchSlotBatch(model, null, 2, 128) : new CpuSlotBatch(decoder, 2, threads: 1);
        // Where rotation depends on the length, what was rotated before stays as it was, so all is one prompt.
        var start = model.Config.RopeScaling is DynamicScaling or LongRopeScaling ? ids.Length : ids.Length - 4;
        var prefill = batch.Compute([new Prompt(ids[..start])])[0];
        batch.Fill(1, prefill, 128);
        prefill.State.Dispose();
        var last = prefill.Logits;
        foreach (var token in ids[start..]) batch.Decode([0, token], (slot, logits) => last = slot == 1 ? logits.ToArray() : last);
        return last;
    }
}
