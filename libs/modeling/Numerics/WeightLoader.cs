using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Numerics;

/// <summary>Fills named tensors from a source, and refuses a source that does not fit them.</summary>
internal static class WeightLoader
{
    /// <summary>Copies every tensor of <paramref name="targets"/> from the source.</summary>
    /// <param name="targets">Tensors to be filled.</param>
    /// <param name="source">Where the values come from.</param>
    /// <param name="what">What is being read, for messages: "the model" or "the adapter".</param>
    /// <param name="ignored">Names that the source may have besides.</param>
    /// <exception cref="ModelFormatException">A tensor is missing, superfluous or of another shape.</exception>
    public static void Fill(
        IReadOnlyDictionary<string, Tensor> targets, IWeightSource source, string what, Func<string, bool>? ignored = null)
    {
        var names = source.Names.ToHashSet(StringComparer.Ordinal);
        if (targets.Keys.FirstOrDefault(name => !names.Contains(name)) is { } missing)
        {
            throw new ModelFormatException($"{what}, tensor '{missing}'", "it is missing, though the configuration asks for it",
                "Check that all files of the model were copied and that the configuration belongs to them");
        }
        if (names.FirstOrDefault(name => !targets.ContainsKey(name) && ignored?.Invoke(name) != true) is { } superfluous)
        {
            throw new ModelFormatException($"{what}, tensor '{superfluous}'", "the configuration describes no place for it",
                "Check that the configuration belongs to these weights");
        }
        foreach (var (name, target) in targets)
        {
            var shape = source.ShapeOf(name);
            if (shape.SequenceEqual(target.shape)) continue;
            throw new ModelFormatException($"{what}, tensor '{name}'",
                $"its shape is [{string.Join(", ", shape)}], but the configuration asks for [{string.Join(", ", target.shape)}]",
                "Check that the configuration belongs to these weights");
        }

        using var noGrad = no_grad();
        foreach (var (name, target) in targets)
        {
            using var scope = NewDisposeScope();
            source.ReadInto(name, target);
        }
    }
}
