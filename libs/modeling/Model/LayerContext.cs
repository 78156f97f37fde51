using TorchSharp;

namespace Sgasa.Modeling.Model;

/// <summary>What all layers of one forward pass are given besides their input.</summary>
internal readonly record struct LayerContext
{
    /// <summary>Cosines of the positions, <c>[T, 1, rotated width / 2]</c> or <c>[B, T, 1, rotated width / 2]</c>.</summary>
    public required torch.Tensor Cos { get; init; }

    /// <summary>Sines of the positions.</summary>
    public required torch.Tensor Sin { get; init; }

    /// <summary>Which keys each query sees; null where causality alone says so.</summary>
    public torch.Tensor? Mask { get; init; }

    /// <summary>The same within the sliding window, for layers that have one.</summary>
    public torch.Tensor? WindowMask { get; init; }

    /// <summary>Keys and values of earlier tokens.</summary>
    public KvCache? Cache { get; init; }

    /// <summary>Tokens in the cache.</summary>
    public int Past { get; init; }

    /// <summary>Where each row's next key goes, if rows have places of their own.</summary>
    public torch.Tensor? CacheRows { get; init; }

    /// <summary>The adapter to apply.</summary>
    public LoraAdapter? Adapter { get; init; }
}
