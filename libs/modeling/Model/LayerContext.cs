using Sgasa.Modeling.Lora;
using TorchSharp;

namespace Sgasa.Modeling.Model;

/// <summary>What all layers of one forward pass are given besides their input.</summary>
/// <param name="Cos">Cosines of the positions, <c>[T, 1, head_dim / 2]</c> or <c>[B, T, 1, head_dim / 2]</c>.</param>
/// <param name="Sin">Sines of the positions.</param>
/// <param name="Mask">Which keys each query sees; null where causality alone says so.</param>
/// <param name="Cache">Keys and values of earlier tokens.</param>
/// <param name="Past">Tokens in the cache.</param>
/// <param name="CacheRows">Where each row's next key goes, if rows have places of their own.</param>
/// <param name="Adapter">The adapter to apply.</param>
internal readonly record struct LayerContext(
    torch.Tensor Cos, torch.Tensor Sin, torch.Tensor? Mask, KvCache? Cache, int Past, torch.Tensor? CacheRows,
    LoraAdapter? Adapter);
