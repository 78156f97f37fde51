using TorchSharp;

namespace Sgasa.Modeling.Tests.Support;

/// <summary>Comparison of tensors with golden values.</summary>
internal static class Close
{
    /// <summary>Requires every element within an absolute distance of the expected one.</summary>
    public static void ShouldBeWithin(this torch.Tensor actual, double tolerance, IReadOnlyList<float> expected, string? what = null) =>
        actual.ToFloats().ShouldBeWithin(tolerance, expected, what);

    /// <summary>Requires every element within an absolute distance of the expected one.</summary>
    public static void ShouldBeWithin(this IReadOnlyList<float> actual, double tolerance, IReadOnlyList<float> expected, string? what = null)
    {
        actual.Count.ShouldBe(expected.Count, what);
        var worst = 0.0;
        for (var i = 0; i < actual.Count; i++)
        {
            var distance = Math.Abs((double)actual[i] - expected[i]);
            worst = double.IsNaN(distance) ? double.PositiveInfinity : Math.Max(worst, distance);
        }
        worst.ShouldBeLessThanOrEqualTo(tolerance, what);
    }

    /// <summary>The tensor's values in row-major order.</summary>
    public static float[] ToFloats(this torch.Tensor tensor)
    {
        using var flat = tensor.detach().cpu().contiguous();
        return flat.data<float>().ToArray();
    }
}
