using Sgasa.Modeling.Architectures.Rotary;

namespace Sgasa.Modeling;

/// <summary>The architecture of a decoder-only language model, as a Hugging Face <c>config.json</c> describes it.</summary>
public sealed record ModelConfig
{
    /// <summary>The model family, one of <c>ModelFamilies.Names</c>.</summary>
    public required string ModelType { get; init; }

    /// <summary>Rows of the embedding table; may be larger than the tokenizer's vocabulary.</summary>
    public required int VocabSize { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Inner width of the feed-forward block.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of decoder layers.</summary>
    public required int NumHiddenLayers { get; init; }

    /// <summary>Number of query heads.</summary>
    public required int NumAttentionHeads { get; init; }

    /// <summary>Number of key and value heads; divides <see cref="NumAttentionHeads"/>.</summary>
    public required int NumKeyValueHeads { get; init; }

    /// <summary>Width of one head.</summary>
    public required int HeadDim { get; init; }

    /// <summary>The constant under the root in RMSNorm.</summary>
    public double RmsNormEps { get; init; } = 1e-6;

    /// <summary>Base of the rotary embedding's frequencies.</summary>
    public double RopeTheta { get; init; } = 10000;

    /// <summary>Change of the rotary frequencies for long contexts; null is the unscaled rotation.</summary>
    public RopeScaling? RopeScaling { get; init; }

    /// <summary>Whether the output head is the embedding table.</summary>
    public bool TieWordEmbeddings { get; init; }

    /// <summary>Whether the attention's projections have biases, in families that leave it open.</summary>
    public bool AttentionBias { get; init; }

    /// <summary>The share of each head, from its beginning, that rotates.</summary>
    public double PartialRotaryFactor { get; init; } = 1;

    /// <summary>Whether each layer rotates its queries and keys; null where all do.</summary>
    public IReadOnlyList<bool>? RotaryLayers { get; init; }

    /// <summary>How many positions a query sees, its own included; null where it sees all before it.</summary>
    public int? SlidingWindow { get; init; }

    /// <summary>Longest sequence the model was made for, before or after scaling as its rule of rotation has it.</summary>
    public int MaxPositionEmbeddings { get; init; } = 2048;

    /// <summary>Longest sequence that is wanted; null for as many as the model can.</summary>
    public int? ContextLimit { get; init; }

    /// <summary>The token that begins a text, if the model has one.</summary>
    public int? BosTokenId { get; init; }

    /// <summary>The tokens that end a response.</summary>
    public IReadOnlyList<int> EosTokenIds { get; init; } = [];

    /// <summary>The token that fills a batch, if the model has one.</summary>
    public int? PadTokenId { get; init; }

    /// <summary>Longest sequence that is computed, in tokens.</summary>
    public int ContextLength => Math.Min(
        ContextLimit ?? int.MaxValue, RopeScaling?.ContextLength(MaxPositionEmbeddings) ?? MaxPositionEmbeddings);

    /// <summary>How many numbers of each head rotate.</summary>
    public int RotaryDim => (int)(HeadDim * PartialRotaryFactor);

    /// <summary>Whether a layer rotates its queries and keys.</summary>
    /// <param name="layer">The layer, from 0.</param>
    public bool Rotates(int layer) => RotaryLayers is null || RotaryLayers[layer];

    /// <summary>What rules for rotary frequencies may ask.</summary>
    internal RotaryShape Rotary() => new(RotaryDim, RopeTheta, MaxPositionEmbeddings);
}
