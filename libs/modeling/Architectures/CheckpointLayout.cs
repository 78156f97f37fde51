using Sgasa.Modeling.Architectures.Description;

namespace Sgasa.Modeling.Architectures;

/// <summary>A tensor as it lies in memory, and the rows of it that the checkpoint has under names of their own.</summary>
/// <param name="Name">Its name in memory.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Rows">Names in the checkpoint, in order, with the number of rows.</param>
internal sealed record FusedTensor(string Name, long[] Shape, IReadOnlyList<(string Name, long Count)> Rows);

/// <summary>The tensors that a configuration asks for, by its family's description.</summary>
internal static class CheckpointLayout
{
    public const string Embedding = "model.embed_tokens.weight";
    public const string FinalNorm = "model.norm.weight";
    public const string Head = "lm_head.weight";

    /// <summary>Path of a layer's module or weight within the model.</summary>
    public static string PathOf(int layer, params ReadOnlySpan<string> names) => $"model.layers.{layer}.{string.Join('.', names)}";

    /// <summary>Every tensor of the checkpoint with its shape, in the order of the forward pass.</summary>
    public static IEnumerable<(string Name, long[] Shape)> Tensors(ModelConfig config)
    {
        var architecture = ModelFamilies.Of(config);
        yield return (Embedding, [config.VocabSize, config.HiddenSize]);
        for (var layer = 0; layer < config.NumHiddenLayers; layer++)
            foreach (var part in architecture.Layer)
            {
                if (part is Norm norm) yield return (PathOf(layer, norm.Name, "weight"), [norm.Width(config)]);
                if (part is not Projections projections) continue;
                foreach (var (name, rows) in projections.Names.Zip(projections.Outputs(config)))
                {
                    yield return (PathOf(layer, projections.Module, name, "weight"), [rows, projections.Inputs(config)]);
                    if (projections.HasBias(config)) yield return (PathOf(layer, projections.Module, name, "bias"), [rows]);
                }
            }
        yield return (FinalNorm, [config.HiddenSize]);
        if (!config.TieWordEmbeddings) yield return (Head, [config.VocabSize, config.HiddenSize]);
    }

    /// <summary>Every tensor in memory, in the order of the forward pass.</summary>
    public static IEnumerable<FusedTensor> InMemory(ModelConfig config)
    {
        var architecture = ModelFamilies.Of(config);
        yield return Whole(Embedding, config.VocabSize, config.HiddenSize);
        for (var layer = 0; layer < config.NumHiddenLayers; layer++)
            foreach (var part in architecture.Layer)
            {
                if (part is Norm norm) yield return Whole(PathOf(layer, norm.Name, "weight"), norm.Width(config));
                if (part is not Projections projections) continue;
                yield return Fused(config, layer, projections, "weight", projections.Inputs(config));
                if (projections.HasBias(config)) yield return Fused(config, layer, projections, "bias");
            }
        yield return Whole(FinalNorm, config.HiddenSize);
        if (!config.TieWordEmbeddings) yield return Whole(Head, config.VocabSize, config.HiddenSize);
    }

    /// <summary>
    /// Whether a checkpoint may have a tensor that the configuration does not ask for: older ones carry the rotation's frequencies,
    /// and some a copy of the tied head.
    /// </summary>
    public static bool MayBeSuperfluous(ModelConfig config, string name) =>
        name.EndsWith("rotary_emb.inv_freq", StringComparison.Ordinal) || (config.TieWordEmbeddings && name == Head);

    private static FusedTensor Whole(string name, params long[] shape) => new(name, shape, [(name, shape[0])]);

    private static FusedTensor Fused(
        ModelConfig config, int layer, Projections projections, string kind, params ReadOnlySpan<long> columns)
    {
        var rows = projections.Outputs(config);
        return new FusedTensor(
            PathOf(layer, projections.Module, projections.Fused, kind),
            [rows.Sum(), .. columns],
            [.. projections.Names.Zip(rows, (name, count) => (PathOf(layer, projections.Module, name, kind), (long)count))]);
    }
}
