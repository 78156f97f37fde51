using System.Text.Json.Nodes;
using Sgasa.Modeling.Tests.Support;
using Sgasa.Modeling.Training;
using TorchSharp;

namespace Sgasa.Modeling.Tests.Peft;

/// <summary>Configurations in which projections differ: which get an update, of which rank, how it is scaled.</summary>
public sealed class PeftPatternTests
{
    private static readonly LoraConfig Mixed = new()
    {
        R = 4,
        LoraAlpha = 6,
        TargetModules = ["q_proj", "o_proj", "down_proj", "0.mlp.up_proj"],
        RankPattern = new Dictionary<string, int> { ["layers.1.self_attn.q_proj"] = 2, [@"mlp\..*"] = 3 },
        AlphaPattern = new Dictionary<string, double> { ["o_proj"] = 12, [@"model.layers.\d.self_attn.q_proj"] = 5 },
    };

    [Fact]
    public void RankAndScalingOf_Patterns_AreThoseOfTheFirstThatMatches()
    {
        // Of the path's end only: "proj" alone names nothing, and "layers.1" is no beginning of "layers.11".
        Mixed.RankOf("model.layers.0.self_attn.q_proj").ShouldBe(4);
        Mixed.RankOf("model.layers.1.self_attn.q_proj").ShouldBe(2);
        Mixed.RankOf("model.layers.11.self_attn.q_proj").ShouldBe(4);
        Mixed.RankOf("model.layers.1.mlp.down_proj").ShouldBe(3);
        Mixed.RankOf("model.layers.0.mlp.up_proj").ShouldBe(3);
        Mixed.RankOf("model.layers.1.mlp.up_proj").ShouldBe(0);
        Mixed.RankOf("model.layers.0.self_attn.k_proj").ShouldBe(0);
        Mixed.ScalingOf("model.layers.0.self_attn.o_proj").ShouldBe(12.0 / 4);
        Mixed.ScalingOf("model.layers.1.self_attn.q_proj").ShouldBe(5.0 / 2);
        Mixed.ScalingOf("model.layers.1.mlp.down_proj").ShouldBe(6.0 / 3);
        (Mixed with { UseRslora = true }).ScalingOf("model.layers.1.self_attn.q_proj").ShouldBe(5 / Math.Sqrt(2));
    }

    [Fact]
    public void Save_Patterns_AreLoadedAgain()
    {
        using var folder = new TemporaryFolder();
        using var adapter = Filled(Mixed with { LoraDropout = 0.05 });

        PeftAdapter.Save(folder.Path, adapter, "base");

        using var loaded = PeftAdapter.Load(folder.Path, Some.Config);
        loaded.NamedParameters["model.layers.1.self_attn.q_proj.lora_A.weight"].shape.ShouldBe([2, Some.Config.HiddenSize]);
        loaded.NamedParameters.Keys.ShouldNotContain("model.layers.1.mlp.up_proj.lora_A.weight");
        foreach (var (name, weight) in adapter.NamedParameters)
        {
            loaded.NamedParameters[name].ToFloats().ShouldBe(weight.ToFloats());
            var path = name[..name.IndexOf(".lora_", StringComparison.Ordinal)];
            loaded.Config.ScalingOf(path).ShouldBe(adapter.Config.ScalingOf(path), path);
        }
        loaded.Config.LoraDropout.ShouldBe(0.05);
        var json = JsonNode.Parse(File.ReadAllText(folder["adapter_config.json"]))!;
        json["rank_pattern"]!.ToJsonString().ShouldBe("""{"layers.1.self_attn.q_proj":2,"mlp\\..*":3}""");
        json["lora_dropout"]!.ToJsonString().ShouldBe("0.05");
    }

    [Theory]
    [InlineData(@"model\.layers\.1\..*(q|v)_proj", null, "1.self_attn.q_proj 1.self_attn.v_proj")]
    [InlineData(null, new[] { 1 }, "1.self_attn.o_proj")]
    public void Save_TargetsByPatternOrLayer_AreLoadedAgain(string? pattern, int[]? layers, string paths)
    {
        using var folder = new TemporaryFolder();
        using var adapter = Filled(new LoraConfig
        {
            R = 2,
            TargetModules = ["o_proj"],
            TargetPattern = pattern,
            LayersToTransform = layers,
        });

        PeftAdapter.Save(folder.Path, adapter, "base");

        using var loaded = PeftAdapter.Load(folder.Path, Some.Config);
        loaded.NamedParameters.Keys.ShouldBe(adapter.NamedParameters.Keys);
        loaded.NamedParameters.Keys.Where(name => name.EndsWith("lora_A.weight", StringComparison.Ordinal))
            .ShouldBe(paths.Split(' ').Select(path => $"model.layers.{path}.lora_A.weight"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Forward_Patterns_IsThatOfTheMergedWeights(bool rslora)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var model = Some.Model();
        using var adapter = Filled(Mixed with { UseRslora = rslora });
        var ids = Some.Batch(Some.Ids(9), Some.Ids(9, seed: 4));

        using var merged = model.Merge(adapter);

        model.Forward(ids, adapter: adapter).ShouldBeWithin(1e-4, merged.Forward(ids).ToFloats());
        // One weight by hand, with the scaling that the test above derives.
        const string path = "model.layers.1.self_attn.q_proj.";
        var update = adapter.NamedParameters[path + "lora_B.weight"].matmul(adapter.NamedParameters[path + "lora_A.weight"]);
        merged.NamedParameters[path + "weight"].ShouldBeWithin(
            1e-6, (model.NamedParameters[path + "weight"] + update * (rslora ? 5 / Math.Sqrt(2) : 2.5)).ToFloats());
    }

    [Fact]
    public void Step_ScaledByAPattern_HasTheGradientsOfThatScaling()
    {
        // Twice the alpha is twice the B: the same loss, and by the chain rule twice B's gradient.
        using var model = Some.Model();
        LoraConfig plain = new() { R = 4, LoraAlpha = 8, TargetModules = ["q_proj", "v_proj"] };
        using var doubled = Filled(plain with { AlphaPattern = new Dictionary<string, double> { ["q_proj"] = 16 } });
        using var twice = Filled(plain);
        using (torch.no_grad())
            foreach (var (name, weight) in twice.NamedParameters)
                if (name.EndsWith("q_proj.lora_B.weight", StringComparison.Ordinal)) weight.mul_(2);

        var (first, second) = (Step(model, doubled), Step(model, twice));

        first.Loss.ShouldBe(second.Loss, 1e-6);
        foreach (var (name, gradient) in first.Gradients)
        {
            var factor = name.EndsWith("q_proj.lora_B.weight", StringComparison.Ordinal) ? 2f : 1f;
            gradient.ShouldBeWithin(1e-5, [.. second.Gradients[name].Select(value => factor * value)], name);
        }
    }

    private static (double Loss, Dictionary<string, float[]> Gradients) Step(CausalLM model, LoraAdapter adapter)
    {
        using var trainer = new SftTrainer(
            model, adapter, Some.SftExamples(3), new SftConfig { WarmupRatio = 1, MaxGradNorm = 1e9 });
        var loss = trainer.Step(TestContext.Current.CancellationToken).Loss;
        return (loss, adapter.NamedParameters.Keys.ToDictionary(name => name, name =>
        {
            using var gradient = adapter.GradientOf(name);
            return gradient.ToFloats();
        }));
    }

    /// <summary>An adapter whose matrices are all random, the same for the same shapes.</summary>
    private static LoraAdapter Filled(LoraConfig config)
    {
        using var fresh = LoraAdapter.Create(Some.Config, config with { LoraDropout = 0 }, seed: 1);
        return LoraAdapter.Load(Some.Config, config, new RandomSource(fresh));
    }

    private sealed class RandomSource(LoraAdapter like) : IWeightSource
    {
        public IReadOnlyCollection<string> Names => [.. like.NamedParameters.Keys];

        public IReadOnlyList<long> ShapeOf(string name) => like.NamedParameters[name].shape;

        public torch.Tensor Read(string name)
        {
            using var random = new torch.Generator((ulong)name.Length, torch.CPU);
            return torch.randn(like.NamedParameters[name].shape, generator: random) * 0.1;
        }
    }
}
