using Sgasa.Modeling.Architectures;
using Sgasa.Modeling.Architectures.Description;

namespace Sgasa.Modeling;

/// <summary>The model families that this library computes: the one list of them.</summary>
public static class ModelFamilies
{
    private static readonly Architecture[] All =
    [
        Llama.Architecture,
        Mistral.Architecture,
        Phi3.Architecture,
        Qwen2.Architecture,
        Qwen3.Architecture,
        SmolLM3.Architecture,
    ];

    /// <summary>Their names, as <c>model_type</c> in <c>config.json</c> has them, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(family => family.ModelType).Order(StringComparer.Ordinal)];

    /// <summary>Names of all families' matrices that an adapter may update, in the order of the forward pass.</summary>
    internal static IReadOnlyList<string> ProjectionNames { get; } =
    [
        .. All.SelectMany(family => family.Layer).OfType<Projections>().OrderBy(part => part.Place)
            .SelectMany(part => part.Names).Distinct(),
    ];

    /// <summary>The description of a family; null where it is not supported.</summary>
    internal static Architecture? Find(string modelType) => Array.Find(All, family => family.ModelType == modelType);

    /// <summary>The description that a configuration belongs to.</summary>
    /// <exception cref="NotSupportedException">The family is not supported.</exception>
    internal static Architecture Of(ModelConfig config) => Find(config.ModelType) ?? throw new NotSupportedException(
        $"Models of type '{config.ModelType}' are not supported; supported are {string.Join(", ", Names)}.");
}
