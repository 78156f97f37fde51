using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Generation.Slots;

/// <summary>
/// Slots of one size in one cache, for any device. Every step computes all slots over the cache's whole capacity, so the
/// shapes, and with them the arithmetic of each row, are the same whoever else is there.
/// </summary>
internal sealed class TorchSlotBatch : ISlotBatch
{
    private readonly CausalLM _model;
    private readonly LoraAdapter? _adapter;
    private readonly KvCache _cache;
    private readonly int[] _lengths; // tokens in the cache per slot
    private readonly int _kvHeads;

    // Inputs of a step, on the host; written in place.
    private readonly Tensor _tokens;    // [S, 1]
    private readonly Tensor _positions; // [S, 1]
    private readonly Tensor _rows;      // [S * G]
    private readonly Tensor _mask;      // [S * G, 1, C]

    /// <summary>Makes empty slots.</summary>
    /// <param name="model">The model, with the adapter merged in or not.</param>
    /// <param name="adapter">The adapter that is not merged in.</param>
    /// <param name="slots">Number of slots.</param>
    /// <param name="capacity">Tokens that each can hold.</param>
    public TorchSlotBatch(CausalLM model, LoraAdapter? adapter, int slots, int capacity)
    {
        (_model, _adapter, Slots, _kvHeads) = (model, adapter, slots, model.Config.NumKeyValueHeads);
        _lengths = new int[slots];
        _cache = new KvCache(model.Config, slots, capacity, model.Device, model.ComputeType); // the large one first: it may fail
        try
        {
            _tokens = zeros([slots, 1], ScalarType.Int64).DetachFromDisposeScope();
            _positions = zeros([slots, 1], ScalarType.Int64).DetachFromDisposeScope();
            _rows = zeros([slots * _kvHeads], ScalarType.Int64).DetachFromDisposeScope();
            _mask = zeros([slots * _kvHeads, 1, capacity], ScalarType.Float32).DetachFromDisposeScope();
        }
        catch
        {
            _cache.Dispose();
            throw;
        }
        for (var slot = 0; slot < slots; slot++) See(slot, 1);
    }

    public int Slots { get; }

    public int PromptsAtOnce => 1;

    /// <remarks>A prefix is not used: what follows it would be computed in other shapes, and so to other bits.</remarks>
    public IReadOnlyList<Prefill> Compute(IReadOnlyList<Prompt> prompts) =>
        [.. prompts.Select(prompt => Compute(prompt.PromptIds))];

    public void Fill(int slot, Prefill prefill, int capacity)
    {
        using var scope = NewDisposeScope();
        var keysAndValues = (Tensor)prefill.State; // [layers, 2, 1, kv heads, T, head_dim]
        var length = (int)keysAndValues.shape[4];
        _cache.Storage[.., .., slot..(slot + 1), .., ..length].copy_(keysAndValues);
        _lengths[slot] = length;
        See(slot, length);
    }

    public void Free(int slot)
    {
        _lengths[slot] = 0;
        See(slot, 1); // an empty slot sees one column, so that its softmax stays finite
    }

    public void Decode(ReadOnlySpan<int> tokens, SlotLogits receive)
    {
        var ids = Longs(_tokens);
        var positions = Longs(_positions);
        var rows = Longs(_rows);
        var mask = Floats(_mask);
        for (var slot = 0; slot < Slots; slot++)
        {
            ids[slot] = _lengths[slot] > 0 ? tokens[slot] : 0;
            positions[slot] = _lengths[slot];
            for (var head = slot * _kvHeads; head < (slot + 1) * _kvHeads; head++)
            {
                rows[head] = (long)head * _cache.Capacity + _lengths[slot];
                mask[head * _cache.Capacity + _lengths[slot]] = 0;
            }
        }

        using var scope = NewDisposeScope();
        var logits = _model.Decode(
            OnDevice(_tokens), OnDevice(_positions), OnDevice(_rows), OnDevice(_mask), _cache, _adapter).cpu();
        var values = Floats(logits);
        var vocab = _model.Config.VocabSize;
        for (var slot = 0; slot < Slots; slot++)
        {
            if (_lengths[slot] == 0) continue;
            _lengths[slot]++;
            receive(slot, values.Slice(slot * vocab, vocab));
        }
    }

    public void Dispose()
    {
        foreach (var tensor in new[] { _tokens, _positions, _rows, _mask }) tensor.Dispose();
        _cache.Dispose();
    }

    private Prefill Compute(IReadOnlyList<int> promptIds)
    {
        using var scope = NewDisposeScope();
        using var cache = new KvCache(_model.Config, 1, promptIds.Count, _model.Device, _model.ComputeType);
        var ids = tensor(promptIds.Select(id => (long)id).ToArray(), device: _model.Device).unsqueeze(0);
        var hidden = _model.Hidden(ids, cache: cache, adapter: _adapter);
        var logits = _model.Logits(hidden[.., -1]).cpu();
        return new Prefill(cache.Storage.alias().DetachFromDisposeScope(), Floats(logits).ToArray());
    }

    /// <summary>Lets a slot's queries see its first columns only.</summary>
    private void See(int slot, int columns)
    {
        var mask = Floats(_mask);
        for (var head = slot * _kvHeads; head < (slot + 1) * _kvHeads; head++)
        {
            var row = mask.Slice(head * _cache.Capacity, _cache.Capacity);
            row[..columns].Clear();
            row[columns..].Fill(float.NegativeInfinity);
        }
    }

    private Tensor OnDevice(Tensor host) => _model.Device.type == DeviceType.CPU ? host : host.to(_model.Device);

    private static Span<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    private static Span<long> Longs(Tensor tensor) => MemoryMarshal.Cast<byte, long>(tensor.bytes);
}
