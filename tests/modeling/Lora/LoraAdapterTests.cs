using Sgasa.Modeling.Tests.Support;
using TorchSharp;

namespace Sgasa.Modeling.Tests.Lora;

public sealed class LoraAdapterTests
{
    [Fact]
    public void Create_Fresh_AWithinKaimingBoundAndBZero()
    {
        using var scope = torch.NewDisposeScope();
        using var adapter = LoraAdapter.Create(Some.Config, new LoraConfig { R = 4 }, seed: 1);

        foreach (var (name, weight) in adapter.NamedParameters)
        {
            var largest = weight.abs().max().item<float>();
            if (name.EndsWith("lora_B.weight", StringComparison.Ordinal)) largest.ShouldBe(0, name);
            else largest.ShouldBeInRange(0.8f / MathF.Sqrt(weight.shape[1]), 1 / MathF.Sqrt(weight.shape[1]), name);
        }
    }

    [Fact]
    public void Create_SameSeed_SameMatrices()
    {
        using var first = LoraAdapter.Create(Some.Config, new LoraConfig(), seed: 1);
        using var second = LoraAdapter.Create(Some.Config, new LoraConfig(), seed: 1);
        using var other = LoraAdapter.Create(Some.Config, new LoraConfig(), seed: 2);

        second.Parameters.Values.ToFloats().ShouldBe(first.Parameters.Values.ToFloats());
        other.Parameters.Values.ToFloats().ShouldNotBe(first.Parameters.Values.ToFloats());
    }

    [Fact]
    public void Forward_SomeTargetsOnly_EqualsMergedWeights()
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var model = Some.Model();
        using var adapter = LoraAdapter.Create(Some.Config, new LoraConfig { R = 3, TargetModules = ["v_proj", "gate_proj"] }, seed: 1);
        foreach (var (name, weight) in adapter.NamedParameters)
        {
            if (name.EndsWith("lora_B.weight", StringComparison.Ordinal)) weight.fill_(0.1f);
        }
        using var merged = model.Merge(adapter);
        var ids = Some.Batch(Some.Ids(10));

        var beside = model.Forward(ids, adapter: adapter);

        adapter.NamedParameters.Count.ShouldBe(2 * 2 * Some.Config.NumHiddenLayers);
        beside.ShouldBeWithin(1e-4, merged.Forward(ids).ToFloats());
        beside.ToFloats().ShouldNotBe(model.Forward(ids).ToFloats());
    }

    [Theory, InlineData(false, 2.0), InlineData(true, 8.0)]
    public void Scaling_RankSixteenAlphaThirtyTwo_FollowsTheRule(bool rslora, double expected)
    {
        var scaling = new LoraConfig { R = 16, LoraAlpha = 32, UseRslora = rslora }.Scaling;

        scaling.ShouldBe(expected); // 32 / 16, or 32 / √16
    }

    [Fact]
    public void Create_UnknownTarget_NamesItAndTheChoices()
    {
        var error = Should.Throw<ArgumentException>(() =>
            LoraAdapter.Create(Some.Config, new LoraConfig { TargetModules = ["c_attn"] }, seed: 1));

        error.Message.ShouldContain("c_attn");
        error.Message.ShouldContain("q_proj");
    }

    [Fact]
    public void Forward_AdapterOfAnotherModel_SaysSo()
    {
        using var scope = torch.NewDisposeScope();
        using var model = Some.Model();
        using var adapter = LoraAdapter.Create(Some.Config with { HiddenSize = 32 }, new LoraConfig(), seed: 1);

        var error = Should.Throw<ArgumentException>(() => model.Forward(Some.Batch(Some.Ids(3)), adapter: adapter));

        error.Message.ShouldContain("another shape");
    }
}
