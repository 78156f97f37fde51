using Sgasa.Modeling.Architectures;
using Sgasa.Modeling.Architectures.Description;

namespace Sgasa.Modeling.Lora;

/// <summary>One projection that an adapter may update.</summary>
/// <param name="Path">Its path within the model, such as <c>model.layers.0.self_attn.q_proj</c>.</param>
/// <param name="Outputs">Rows of its B.</param>
internal sealed record UpdatedProjection(string Path, long Outputs);

/// <summary>Projections of one layer that read the same input, and so share one A in memory.</summary>
/// <param name="Place">Where they are used.</param>
/// <param name="Path">Path of the fused matrix within the model.</param>
/// <param name="Inputs">Columns of the A.</param>
/// <param name="Projections">The projections, in the order of their rows.</param>
internal sealed record UpdatedBlock(Place Place, string Path, long Inputs, IReadOnlyList<UpdatedProjection> Projections);

/// <summary>Where an adapter's matrices stand in a model, by its family's description.</summary>
internal static class LoraPlacement
{
    /// <summary>The blocks of a layer, in the order of the forward pass.</summary>
    public static IEnumerable<UpdatedBlock> Blocks(ModelConfig model, int layer) =>
        ModelFamilies.Of(model).Layer.OfType<Projections>().Select(part => new UpdatedBlock(
            part.Place,
            CheckpointLayout.PathOf(layer, part.Module, part.Fused),
            part.Inputs(model),
            [.. part.Names.Zip(part.Outputs(model), (name, rows) =>
                new UpdatedProjection(CheckpointLayout.PathOf(layer, part.Module, name), rows))]));

    /// <summary>Every projection of a model, in the order of the forward pass, with the columns of its A.</summary>
    public static IEnumerable<(UpdatedProjection Projection, long Inputs)> Projections(ModelConfig model) =>
        Enumerable.Range(0, model.NumHiddenLayers).SelectMany(layer => Blocks(model, layer))
            .SelectMany(block => block.Projections.Select(projection => (projection, block.Inputs)));

    /// <summary>Whether an adapter's matrices bear the same names in two models.</summary>
    public static bool SameProjections(ModelConfig model, ModelConfig other) => model.ModelType == other.ModelType
        || ModelFamilies.Of(model).ProjectionNames.SequenceEqual(ModelFamilies.Of(other).ProjectionNames);

    /// <summary>
    /// The configuration with <see cref="LoraConfig.AllLinear"/> put in the family's own words, and checked against the model.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A name is no projection's, a pattern's value is out of range, or nothing is targeted.
    /// </exception>
    public static LoraConfig Resolve(ModelConfig model, LoraConfig lora)
    {
        if (lora.TargetPattern is null && lora.TargetModules.SequenceEqual(LoraConfig.AllLinear))
            lora = lora with { TargetModules = [.. ModelFamilies.Of(model).ProjectionNames] };
        string[] paths = [.. Projections(model).Select(entry => entry.Projection.Path)];
        var names = lora.TargetPattern is null ? lora.TargetModules : [];
        if (names.FirstOrDefault(name => !paths.Any(path => ModulePattern.EndsWith(path, name))) is { } stranger)
            throw new ArgumentException(
                $"'{stranger}' is not a projection of {model.ModelType}: use some of "
                + $"{string.Join(", ", ModelFamilies.Of(model).ProjectionNames)}.",
                nameof(lora));
        if (lora.RankPattern.Values.Any(rank => rank is < 1 or > LoraConfig.MaxRank)
            || lora.AlphaPattern.Values.Any(alpha => !(alpha > 0 && double.IsFinite(alpha))))
            throw new ArgumentException(
                $"A pattern's rank is not from 1 to {LoraConfig.MaxRank}, or its alpha not above 0.", nameof(lora));
        if (!paths.Any(path => lora.RankOf(path) > 0))
            throw new ArgumentException("The configuration gives none of the model's projections an update.", nameof(lora));
        return lora;
    }
}
