using Sgasa.Modeling.Architectures.Description;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Model;

/// <summary>One decoder layer as its family describes it: fused weights, sizes, and what sets it apart from other layers.</summary>
internal sealed record DecoderLayer
{
    /// <summary>Its place in the model, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Width of a head.</summary>
    public required int HeadDim { get; init; }

    /// <summary>The constant under the norms' roots.</summary>
    public required Scalar Eps { get; init; }

    /// <summary>Whether queries and keys are rotated.</summary>
    public required bool Rotates { get; init; }

    /// <summary>How many positions a query sees, its own included; null for all before it.</summary>
    public required int? Window { get; init; }

    /// <summary>The norm before attention, <c>[H]</c>.</summary>
    public required Tensor InputNorm { get; init; }

    /// <summary>Queries, keys and values, <c>[(heads + 2 kv heads) · head_dim, H]</c>.</summary>
    public required Tensor Qkv { get; init; }

    /// <summary>Their biases, if they have any.</summary>
    public Tensor? QkvBias { get; init; }

    /// <summary>The norm of each query head, <c>[head_dim]</c>, if there is one.</summary>
    public Tensor? QueryNorm { get; init; }

    /// <summary>The norm of each key head, <c>[head_dim]</c>, if there is one.</summary>
    public Tensor? KeyNorm { get; init; }

    /// <summary>The attention's output, <c>[H, heads · head_dim]</c>.</summary>
    public required Tensor Output { get; init; }

    /// <summary>Its bias, if it has one.</summary>
    public Tensor? OutputBias { get; init; }

    /// <summary>The norm before the feed-forward block, <c>[H]</c>.</summary>
    public required Tensor FeedForwardNorm { get; init; }

    /// <summary>Gate and up, <c>[2 · inner, H]</c>.</summary>
    public required Tensor GateUp { get; init; }

    /// <summary>Down, <c>[H, inner]</c>.</summary>
    public required Tensor Down { get; init; }

    /// <summary>A layer with its weights.</summary>
    /// <param name="config">The architecture.</param>
    /// <param name="index">The layer.</param>
    /// <param name="eps">The constant under the norms' roots.</param>
    /// <param name="weight">Finds a weight or bias by place; null where the family has none there.</param>
    public static DecoderLayer Of(ModelConfig config, int index, Scalar eps, Func<Place, string, Tensor?> weight)
    {
        Tensor Required(Place place) => weight(place, "weight")
            ?? throw new InvalidOperationException($"The family {config.ModelType} describes no {place}.");
        return new DecoderLayer
        {
            Index = index,
            Heads = config.NumAttentionHeads,
            KeyValueHeads = config.NumKeyValueHeads,
            HeadDim = config.HeadDim,
            Eps = eps,
            Rotates = config.Rotates(index),
            Window = config.SlidingWindow,
            InputNorm = Required(Place.InputNorm),
            Qkv = Required(Place.QueryKeyValue),
            QkvBias = weight(Place.QueryKeyValue, "bias"),
            QueryNorm = weight(Place.QueryNorm, "weight"),
            KeyNorm = weight(Place.KeyNorm, "weight"),
            Output = Required(Place.AttentionOutput),
            OutputBias = weight(Place.AttentionOutput, "bias"),
            FeedForwardNorm = Required(Place.FeedForwardNorm),
            GateUp = Required(Place.GateUp),
            Down = Required(Place.Down),
        };
    }

    /// <summary>Norm weights of all query and key heads, <c>[heads + kv heads, head_dim]</c>; null without such norms.</summary>
    public Tensor? QkNorm() => QueryNorm is null || KeyNorm is null
        ? null
        : cat([QueryNorm.unsqueeze(0).expand(Heads, -1), KeyNorm.unsqueeze(0).expand(KeyValueHeads, -1)], 0);
}
