using System.Text.Json;
using TorchSharp;

namespace Sgasa.Parity.Tests.Support;

/// <summary>The bounds of <c>tolerances.json</c>, by its own names.</summary>
internal sealed class Tolerances
{
    private readonly Dictionary<string, Tolerance> _named;

    public Tolerances(string path)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(path));
        _named = json.RootElement.EnumerateObject().ToDictionary(
            entry => entry.Name,
            entry => new Tolerance(
                entry.Name, entry.Value.GetProperty("tolerance").GetDouble(), entry.Value.GetProperty("kind").GetString()!));
    }

    /// <summary>One bound.</summary>
    public Tolerance this[string name] => _named.TryGetValue(name, out var tolerance)
        ? tolerance
        : throw new KeyNotFoundException($"tolerances.json has no '{name}'.");
}

/// <summary>How far values may lie from expected ones.</summary>
/// <param name="Name">Its name, for messages.</param>
/// <param name="Bound">The bound.</param>
/// <param name="Kind">Whether it is absolute, relative to each value, or relative to a tensor's largest one.</param>
internal sealed record Tolerance(string Name, double Bound, string Kind)
{
    /// <summary>Requires a value to be close to the expected one.</summary>
    public void Hold(double actual, double expected, string what) => Compare([actual], [expected], what);

    /// <summary>Requires a tensor to be close to the expected values, in row-major order.</summary>
    public void Hold(torch.Tensor actual, float[] expected, string what) => Hold(Floats(actual), expected, what);

    /// <summary>Requires values to be close to the expected ones.</summary>
    public void Hold(float[] actual, float[] expected, string what) =>
        Compare([.. actual.Select(x => (double)x)], [.. expected.Select(x => (double)x)], what);

    /// <summary>A tensor's values in row-major order.</summary>
    public static float[] Floats(torch.Tensor tensor)
    {
        using var flat = tensor.detach().cpu().contiguous();
        return flat.data<float>().ToArray();
    }

    private void Compare(double[] actual, double[] expected, string what)
    {
        actual.Length.ShouldBe(expected.Length, what);
        var largest = expected.Select(Math.Abs).DefaultIfEmpty().Max();
        for (var i = 0; i < actual.Length; i++)
        {
            var bound = Kind switch
            {
                "abs" => Bound,
                "rel" => Bound * Math.Abs(expected[i]),
                "of the largest magnitude in that tensor" => Bound * largest,
                _ => throw new InvalidOperationException($"tolerances.json has '{Name}' of the unknown kind '{Kind}'."),
            };
            // Written so that NaN fails.
            if (!(Math.Abs(actual[i] - expected[i]) <= bound))
                Assert.Fail($"{what}, value {i}: {actual[i]} instead of {expected[i]} within {bound} ({Name})");
        }
    }
}
