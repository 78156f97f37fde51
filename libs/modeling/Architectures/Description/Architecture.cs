namespace Sgasa.Modeling.Architectures.Description;

/// <summary>
/// A model family: what its decoder layers are made of and what its configuration may say. Reader, writer, loader, adapters and
/// both decoders go by it, so a family is this description and nothing else.
/// </summary>
/// <remarks>
/// Common to all: a layer adds <c>attention(norm(x))</c> and then <c>down(silu(gate) · up)</c> of <c>norm(x)</c> to the residual
/// stream; grouped-query attention, RMSNorm, rotation of half-split heads. Which layers rotate, and how far a layer looks back, is
/// in the configuration: a family says from which keys it is read.
/// </remarks>
internal sealed record Architecture
{
    /// <summary>The family's name in <c>config.json</c>, <c>model_type</c>.</summary>
    public required string ModelType { get; init; }

    /// <summary>transformers' class, written as <c>architectures</c>.</summary>
    public required string ClassName { get; init; }

    /// <summary>The weights of one decoder layer in the order of the forward pass, which is the checkpoint's.</summary>
    public required IReadOnlyList<LayerPart> Layer { get; init; }

    /// <summary>Keys of <c>config.json</c> that the family has besides those that all have.</summary>
    public IReadOnlyList<ConfigKey> Keys { get; init; } = [];

    /// <summary>Keys of <c>config.json</c> that may not be true.</summary>
    public IReadOnlyList<string> RefusedWhenTrue { get; init; } = ["use_sliding_window", "mlp_bias"];

    /// <summary>Names of the activation between gate and up, as <c>hidden_act</c> has them; the first is written.</summary>
    public IReadOnlyList<string> Activations { get; init; } = ["silu", "swish"];

    /// <summary>Rules for long contexts that a configuration may name, <c>rope_type</c>, besides <c>default</c>.</summary>
    public IReadOnlyList<string> RopeTypes { get; init; } = ["dynamic", "linear", "llama3", "yarn"];

    /// <summary>The constant under RMSNorm's root where the configuration does not say.</summary>
    public double RmsNormEps { get; init; } = 1e-6;

    /// <summary>Base of the rotary frequencies where the configuration does not say.</summary>
    public double RopeTheta { get; init; } = 10000;

    /// <summary>Whether the output head is the embedding table where the configuration does not say.</summary>
    public bool TieWordEmbeddings { get; init; }

    /// <summary>The matrices that an adapter may update, by name, in the order of the forward pass.</summary>
    public IEnumerable<string> ProjectionNames => Layer.OfType<Projections>().SelectMany(part => part.Names);
}
