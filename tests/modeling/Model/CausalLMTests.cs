using Sgasa.Modeling.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Tests.Model;

public sealed class CausalLMTests
{
    [Fact]
    public void Create_SameSeed_SameWeights()
    {
        using var first = Some.Model(seed: 5);
        using var second = Some.Model(seed: 5);
        using var other = Some.Model(seed: 6);

        first.Parameters.Values.ToFloats().ShouldBe(second.Parameters.Values.ToFloats());
        first.Parameters.Values.ToFloats().ShouldNotBe(other.Parameters.Values.ToFloats());
    }

    [Fact]
    public void Forward_BFloat16OnTheCpu_ComputesInFloat32()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var narrow = Some.Model(dtype: ScalarType.BFloat16);
        using var wide = Some.Model();
        wide.Parameters.Values.copy_(wide.Parameters.Values.to_type(ScalarType.BFloat16)); // rounded, but held in float32
        using var adapter = Some.Adapter();
        var ids = Some.Batch(Some.Ids(12), Some.Ids(12, seed: 4));

        var logits = narrow.Forward(ids, adapter: adapter);

        narrow.Parameters.Values.dtype.ShouldBe(ScalarType.BFloat16);
        logits.dtype.ShouldBe(ScalarType.Float32);
        logits.ShouldBeWithin(1e-5, wide.Forward(ids, adapter: adapter).ToFloats());
    }

    [Fact]
    public void Merge_BFloat16_RoundsTheSumOnce()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var narrow = Some.Model(dtype: ScalarType.BFloat16);
        using var wide = Some.Model();
        using var adapter = Some.Adapter();
        wide.Parameters.Values.copy_(wide.Parameters.Values.to_type(ScalarType.BFloat16));

        using var merged = narrow.Merge(adapter);

        using var expected = wide.Merge(adapter);
        foreach (var (name, weight) in merged.NamedParameters)
        {
            var rounded = expected.NamedParameters[name].to_type(ScalarType.BFloat16).to_type(ScalarType.Float32);
            weight.to_type(ScalarType.Float32).ToFloats().ShouldBe(rounded.ToFloats(), name);
        }
    }

    [Theory]
    [InlineData("auto", "auto", ScalarType.Float32)]
    [InlineData("cpu", "float32", ScalarType.Float32)]
    [InlineData("cpu", "bfloat16", ScalarType.BFloat16)]
    public void FromPretrained_Folder_HasItsWeightsInTheTypeAskedFor(string device, string dtype, ScalarType expected)
    {
        using var scope = NewDisposeScope();
        using var folder = ModelFolder.Open(Parity.PathOf("qwen2-r1", "model")); // stored in bfloat16
        using var same = CausalLM.Load(folder.Config, folder.Weights);

        using var model = CausalLM.FromPretrained(folder.Path, device, dtype);

        model.Dtype.ShouldBe(expected);
        foreach (var (name, weight) in model.NamedParameters)
        {
            weight.dtype.ShouldBe(expected);
            weight.to_type(ScalarType.Float32).ToFloats().ShouldBe(same.NamedParameters[name].ToFloats(), name);
        }
    }

    [Fact]
    public void NamedParameters_TiedQwen2_AreCheckpointNames()
    {
        using var model = Some.Model();

        model.NamedParameters.Keys.Where(name => !name.StartsWith("model.layers.1.", StringComparison.Ordinal)).ShouldBe(
        [
            "model.embed_tokens.weight",
            "model.layers.0.input_layernorm.weight",
            "model.layers.0.self_attn.q_proj.weight",
            "model.layers.0.self_attn.k_proj.weight",
            "model.layers.0.self_attn.v_proj.weight",
            "model.layers.0.self_attn.q_proj.bias",
            "model.layers.0.self_attn.k_proj.bias",
            "model.layers.0.self_attn.v_proj.bias",
            "model.layers.0.self_attn.o_proj.weight",
            "model.layers.0.post_attention_layernorm.weight",
            "model.layers.0.mlp.gate_proj.weight",
            "model.layers.0.mlp.up_proj.weight",
            "model.layers.0.mlp.down_proj.weight",
            "model.norm.weight",
        ]);
    }

    [Fact]
    public void Backward_AllWeights_GradientsMatchFiniteDifferences()
    {
        using var scope = NewDisposeScope();
        using var model = Some.Model();
        model.Parameters.RequireGradients();
        var ids = Some.Batch(Some.Ids(12), Some.Ids(12, seed: 4));
        Tensor Loss() => nn.functional.cross_entropy(
            model.Forward(ids)[.., ..^1].reshape(-1, Some.Config.VocabSize), ids[.., 1..].reshape(-1));

        Loss().backward();
        var gradient = model.Parameters.Gradients!.clone();
        // Along the gradient itself the loss changes by its squared norm per unit of step.
        var step = 1e-3 / gradient.norm().item<float>();
        double LossAt(double shift)
        {
            using var noGrad = no_grad();
            model.Parameters.Values.add_(gradient * shift);
            var loss = Loss().item<float>();
            model.Parameters.Values.sub_(gradient * shift);
            return loss;
        }

        var slope = (LossAt(step) - LossAt(-step)) / (2 * step);
        slope.ShouldBe(gradient.square().sum().item<float>(), tolerance: 0.02 * slope);
        model.Parameters.Slots.ShouldAllBe(slot => model.Parameters.GradientOf(slot.Name).abs().sum().item<float>() > 0);
    }

    [Fact]
    public void Forward_RightPadding_DoesNotReachEarlierPositions()
    {
        using var scope = NewDisposeScope();
        using var model = Some.Model();
        var (tokens, padding) = (Some.Ids(9), new int[4]);

        var padded = model.Forward(Some.Batch([.. tokens, .. padding]))[.., ..9];
        var other = model.Forward(Some.Batch([.. tokens, 5, 6, 7, 8]))[.., ..9];

        padded.ToFloats().ShouldBe(other.ToFloats());
    }

    [Fact]
    public void Forward_MoreThanTheCacheHolds_SaysSo()
    {
        using var scope = NewDisposeScope();
        using var model = Some.Model();
        using var cache = new KvCache(Some.Config, 1, capacity: 4);

        var error = Should.Throw<ArgumentException>(() => model.Forward(Some.Batch(Some.Ids(5)), cache: cache));

        error.Message.ShouldContain("cache of 4");
    }

    [Fact]
    public void Load_TensorOfAnotherShape_NamesTensorAndShapes()
    {
        using var model = Some.Model();
        var source = new DictionarySource(model.NamedParameters.ToDictionary());
        using var wrong = zeros(3, 3);
        source.Tensors["model.norm.weight"] = wrong;

        var error = Should.Throw<ModelFormatException>(() => CausalLM.Load(Some.Config, source));

        error.Message.ShouldContain("model.norm.weight");
        error.Message.ShouldContain("[3, 3]");
        error.Message.ShouldContain("[48]");
    }

    [Fact]
    public void Load_MissingTensor_NamesIt()
    {
        using var model = Some.Model();
        var source = new DictionarySource(model.NamedParameters.ToDictionary());
        source.Tensors.Remove("model.layers.1.mlp.up_proj.weight");

        var error = Should.Throw<ModelFormatException>(() => CausalLM.Load(Some.Config, source));

        error.Message.ShouldContain("model.layers.1.mlp.up_proj.weight");
    }

    private sealed record DictionarySource(Dictionary<string, Tensor> Tensors) : IWeightSource
    {
        public IReadOnlyCollection<string> Names => Tensors.Keys;

        public IReadOnlyList<long> ShapeOf(string name) => Tensors[name].shape;

        public Tensor Read(string name) => Tensors[name].clone();
    }
}
