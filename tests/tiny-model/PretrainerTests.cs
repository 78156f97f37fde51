using Sgasa.Modeling;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.TinyModel.Tests;

public sealed class PretrainerTests
{
    private static readonly PretrainingConfig Short = new()
    {
        Steps = 12,
        BatchTokens = 512,
        WarmupSteps = 2,
        AverageDecay = 0,
        Compute = ScalarType.Float32,
    };

    public PretrainerTests() => TorchRuntime.EnsureLoaded();

    [Fact]
    public void Run_SameSeed_GivesTheSameWeights()
    {
        var (first, second, other) = (Trained(Short), Trained(Short), Trained(Short with { Seed = 2 }));

        second.ShouldBe(first);
        other.ShouldNotBe(first);
    }

    [Fact]
    public void Run_MoreSteps_ModelsTheTextsBetter()
    {
        var losses = new List<double>();

        Trained(Short with { Steps = 100 }, line => losses.AddRange(Loss(line)));

        losses.Count.ShouldBe(2);
        losses[^1].ShouldBeLessThan(losses[0]);
    }

    [Fact]
    public void Add_TwoSteps_IsTheirMean()
    {
        using var weights = tensor([1f, 2f]);
        using var mean = zeros(2);
        var average = new WeightAverage(mean, weights, decay: 0.5);

        weights.copy_(tensor([3f, 4f]));
        average.Add();
        weights.copy_(tensor([5f, 8f]));
        average.Add();

        mean.data<float>().ToArray().ShouldBe([4f, 6f]);
    }

    private static IEnumerable<double> Loss(string line) =>
        line.Split("loss ") is [_, var rest] ? [double.Parse(rest.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)] : [];

    private static float[] Trained(PretrainingConfig config, Action<string>? log = null)
    {
        var tokenizer = Tokenizer.FromPretrained(ShippedModelTests.Measured.Folder);
        var small = TinyModelFolder.Architecture(tokenizer) with
        {
            HiddenSize = 32,
            IntermediateSize = 64,
            NumHiddenLayers = 1,
            NumAttentionHeads = 2,
            NumKeyValueHeads = 1,
            HeadDim = 16,
        };
        float[] weights = [];
        new Pretrainer(small, tokenizer, config).Run(
            log ?? (_ => { }),
            saved => weights = saved["model.layers.0.mlp.down_proj.weight"].data<float>().ToArray(),
            cancellationToken: TestContext.Current.CancellationToken);
        return weights;
    }
}
