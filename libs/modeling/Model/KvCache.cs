using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling;

/// <summary>Keys and values of the tokens already seen, of constant size, for all rows of a batch alike.</summary>
public sealed class KvCache : IDisposable
{
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;

    /// <summary>Allocates an empty cache.</summary>
    /// <param name="config">The model it is for.</param>
    /// <param name="batch">Rows.</param>
    /// <param name="capacity">Tokens that a row can hold.</param>
    /// <param name="device">Where it lies; null is the CPU.</param>
    /// <param name="dtype">The type of the model's activations, <see cref="CausalLM.ComputeType"/>.</param>
    public KvCache(
        ModelConfig config, int batch, int capacity, Device? device = null, ScalarType dtype = ScalarType.Float32)
    {
        Capacity = capacity;
        Storage = zeros(
            [config.NumHiddenLayers, 2, batch, config.NumKeyValueHeads, capacity, config.HeadDim],
            dtype, device ?? CPU).DetachFromDisposeScope();
        using var scope = NewDisposeScope();
        _keys = [.. Enumerable.Range(0, config.NumHiddenLayers).Select(i => Storage[i, 0].DetachFromDisposeScope())];
        _values = [.. Enumerable.Range(0, config.NumHiddenLayers).Select(i => Storage[i, 1].DetachFromDisposeScope())];
    }

    /// <summary>Tokens that a row can hold.</summary>
    public int Capacity { get; }

    /// <summary>Tokens in every row so far, padding included; a forward pass advances it.</summary>
    public int Length { get; internal set; }

    /// <summary>Everything, <c>[layers, 2, B, kv heads, capacity, head_dim]</c>; keys come before values.</summary>
    public Tensor Storage { get; }

    /// <summary>Keys of each layer, <c>[B, kv heads, capacity, head_dim]</c>.</summary>
    public IReadOnlyList<Tensor> Keys => _keys;

    /// <summary>Values of each layer, <c>[B, kv heads, capacity, head_dim]</c>.</summary>
    public IReadOnlyList<Tensor> Values => _values;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _keys.Concat(_values).Append(Storage)) tensor.Dispose();
    }
}
