using System.Text.Json;
using Sgasa.Modeling.Lora;
using Sgasa.Modeling.Tests.Support;
using TorchSharp;

namespace Sgasa.Modeling.Tests.Training;

/// <summary>Comparison of an adapter's matrices and gradients with golden ones, under PEFT's names.</summary>
internal static class Gradients
{
    private const string Prefix = "base_model.model.";

    /// <summary>Requires every gradient within a share of the largest magnitude in its tensor.</summary>
    public static void ShouldMatch(GoldenModel golden, LoraAdapter adapter, string key, double tolerance)
    {
        foreach (var name in adapter.NamedParameters.Keys)
        {
            using var gradient = adapter.GradientOf(name);
            var expected = golden.Tensors.Values($"{key}/{Prefix}{name}");
            gradient.ShouldBeWithin(tolerance * expected.Max(Math.Abs), expected, name);
        }
    }

    /// <summary>Requires every gradient's norm within a relative distance.</summary>
    public static void ShouldHaveNorms(LoraAdapter adapter, JsonElement norms, double tolerance)
    {
        foreach (var name in adapter.NamedParameters.Keys)
        {
            using var scope = torch.NewDisposeScope();
            var expected = norms.GetProperty(Prefix + name).GetDouble();
            Math.Abs(adapter.GradientOf(name).norm().item<float>() - expected).ShouldBeLessThanOrEqualTo(tolerance * expected, name);
        }
    }

    /// <summary>Requires every weight within an absolute distance.</summary>
    public static void WeightsShouldMatch(GoldenModel golden, LoraAdapter adapter, string key, double tolerance)
    {
        foreach (var (name, weight) in adapter.NamedParameters)
        {
            weight.ShouldBeWithin(tolerance, golden.Tensors.Values($"{key}/{Prefix}{name}"), name);
        }
    }
}
