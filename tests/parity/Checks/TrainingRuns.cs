using Sgasa.Modeling;
using Sgasa.Modeling.Training;
using Sgasa.Parity.Tests.Support;
using TorchSharp;

namespace Sgasa.Parity.Tests.Checks;

/// <summary>What supervised and preference runs have in common.</summary>
internal static class TrainingRuns
{
    private const string Prefix = "base_model.model.";

    /// <summary>Settings of a run, as the golden set states them.</summary>
    public static T Arguments<T>(GoldenNode hyper, T config, int steps, int warmupSteps, int batchSize)
        where T : TrainingArguments
    {
        hyper["optimizer"].Text().ShouldBe("AdamW");
        hyper["schedule"].Text().ShouldStartWith("cosine with warmup");
        hyper["lora_dropout"].Double().ShouldBe(0);
        hyper["betas"].Items().Count.ShouldBe(2);
        return config with
        {
            LearningRate = hyper["lr"].Double(),
            AdamBeta1 = hyper["betas"].Items()[0].Double(),
            AdamBeta2 = hyper["betas"].Items()[1].Double(),
            AdamEpsilon = hyper["eps"].Double(),
            WeightDecay = hyper["weight_decay"].Double(),
            MaxGradNorm = hyper["max_grad_norm"].Double(),
            // The share of steps that rounds up to so many.
            WarmupRatio = warmupSteps == 0 ? 0 : (warmupSteps - 0.5) / steps,
            PerDeviceTrainBatchSize = batchSize,
            ShuffleSeed = null,
        };
    }

    /// <summary>The same for a single step that only measures: its learning rate is 0, and nothing is clipped.</summary>
    public static T Measuring<T>(T config, int batchSize, int microBatches = 1) where T : TrainingArguments => config with
    {
        WarmupRatio = 1,
        MaxGradNorm = 1e9,
        PerDeviceTrainBatchSize = (batchSize + microBatches - 1) / microBatches,
        GradientAccumulationSteps = microBatches,
    };

    /// <summary>Which examples a run takes, step after step: always the next ones, from the first again after the last.</summary>
    public static T[] InOrder<T>(GoldenNode trajectory, IReadOnlyList<T> examples, int steps, int batchSize)
    {
        var rows = trajectory.Items();
        rows.Count.ShouldBe(steps);
        foreach (var (step, row) in rows.Index())
        {
            row["step"].Int().ShouldBe(step);
            row["examples"].Ints().ShouldBe(Enumerable.Range(0, batchSize).Select(i => (step * batchSize + i) % examples.Count));
        }
        return [.. rows.SelectMany(row => row["examples"].Ints()).Select(i => examples[i])];
    }

    public static void HoldGradients(GoldenModel golden, LoraAdapter adapter, string key, string tolerance)
    {
        foreach (var name in adapter.NamedParameters.Keys)
        {
            using var gradient = adapter.GradientOf(name);
            golden.Tolerances[tolerance].Hold(gradient, golden.Tensors.Values($"{key}/{Prefix}{name}"), $"gradient of {name}");
        }
    }

    public static void HoldNorms(GoldenModel golden, LoraAdapter adapter, GoldenNode norms, string tolerance)
    {
        foreach (var name in adapter.NamedParameters.Keys)
        {
            using var gradient = adapter.GradientOf(name);
            using var norm = gradient.to_type(torch.ScalarType.Float64).norm();
            golden.Tolerances[tolerance].Hold(norm.item<double>(), norms[Prefix + name].Double(), $"gradient norm of {name}");
        }
    }

    public static void HoldWeights(GoldenModel golden, LoraAdapter adapter, string key, string tolerance)
    {
        foreach (var (name, weight) in adapter.NamedParameters)
            golden.Tolerances[tolerance].Hold(weight, golden.Tensors.Values($"{key}/{Prefix}{name}"), name);
    }
}
