namespace Sgasa.Modeling.Architectures.Description;

/// <summary>The weight of an RMSNorm.</summary>
/// <param name="Place">Where it is used.</param>
/// <param name="Name">Its module within the layer, such as <c>input_layernorm</c>.</param>
/// <param name="Width">How many numbers it normalises together.</param>
internal sealed record Norm(Place Place, string Name, Func<ModelConfig, int> Width) : LayerPart(Place)
{
    /// <summary>A norm of the residual stream.</summary>
    public static Norm OfHidden(Place place, string name) => new(place, name, config => config.HiddenSize);

    /// <summary>A norm of every head by itself.</summary>
    public static Norm OfHead(Place place, string name) => new(place, name, config => config.HeadDim);
}
