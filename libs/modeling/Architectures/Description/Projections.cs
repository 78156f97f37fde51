namespace Sgasa.Modeling.Architectures.Description;

/// <summary>
/// Linear projections that read the same input. In memory they are one matrix, one below the other; the checkpoint has each by
/// itself, or that one matrix.
/// </summary>
/// <param name="Place">Where they are used.</param>
/// <param name="Module">Their module within the layer: <c>self_attn</c> or <c>mlp</c>.</param>
/// <param name="Names">Their names in the checkpoint, in the order of their rows.</param>
internal sealed record Projections(Place Place, string Module, params IReadOnlyList<string> Names) : LayerPart(Place)
{
    /// <summary>Whether they have biases.</summary>
    public Func<ModelConfig, bool> HasBias { get; init; } = _ => false;

    /// <summary>Name of the one matrix in memory.</summary>
    public string Fused => Names is [var only] ? only : Place == Place.QueryKeyValue ? "qkv_proj" : "gate_up_proj";

    /// <summary>Width of what they read.</summary>
    public int Inputs(ModelConfig config) => Place switch
    {
        Place.AttentionOutput => config.NumAttentionHeads * config.HeadDim,
        Place.Down => config.IntermediateSize,
        _ => config.HiddenSize,
    };

    /// <summary>Rows of each of <see cref="Names"/>.</summary>
    public IReadOnlyList<int> Outputs(ModelConfig config)
    {
        int[] rows = Place switch
        {
            Place.QueryKeyValue =>
            [
                config.NumAttentionHeads * config.HeadDim,
                config.NumKeyValueHeads * config.HeadDim,
                config.NumKeyValueHeads * config.HeadDim,
            ],
            Place.GateUp => [config.IntermediateSize, config.IntermediateSize],
            _ => [config.HiddenSize],
        };
        return Names.Count == 1 ? [rows.Sum()] : rows;
    }
}
