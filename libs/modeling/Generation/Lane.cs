using System.Runtime.InteropServices;
using Sgasa.Modeling.Lora;
using Sgasa.Modeling.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Generation;

/// <summary>What requests must have in common to be sampled in one batch.</summary>
/// <param name="Adapter">The adapter, by identity.</param>
/// <param name="Capacity">Tokens that a slot can hold.</param>
internal readonly record struct LaneKey(LoraAdapter? Adapter, int Capacity);

/// <summary>
/// A batch with a constant number of slots. Every step computes all slots, empty ones too: the shapes, and so the
/// arithmetic of each row, are the same whoever else is there.
/// </summary>
internal sealed class Lane : IDisposable
{
    private readonly CausalLM _model;
    private readonly LoraAdapter? _adapter;
    private readonly Sampler _sampler;
    private readonly KvCache _cache;
    private readonly GenerationHandle?[] _slots;
    private readonly int[] _lengths;   // tokens in the cache per slot
    private readonly int _kvHeads;

    // Inputs of a step, on the host; written in place.
    private readonly Tensor _tokens;   // [S, 1]
    private readonly Tensor _positions; // [S, 1]
    private readonly Tensor _rows;     // [S * G]
    private readonly Tensor _mask;     // [S * G, 1, C]

    /// <summary>Makes an empty lane.</summary>
    /// <param name="model">The model, with the adapter merged in or not.</param>
    /// <param name="adapter">The adapter that is not merged in.</param>
    /// <param name="cache">Its rows are the slots; it stays the caller's.</param>
    /// <param name="sampler">Chooses tokens.</param>
    public Lane(CausalLM model, LoraAdapter? adapter, KvCache cache, Sampler sampler)
    {
        (_model, _adapter, _cache, _sampler) = (model, adapter, cache, sampler);
        var slots = (int)cache.Storage.shape[2];
        _kvHeads = model.Config.NumKeyValueHeads;
        _slots = new GenerationHandle?[slots];
        _lengths = new int[slots];
        _tokens = zeros([slots, 1], ScalarType.Int64).DetachFromDisposeScope();
        _positions = zeros([slots, 1], ScalarType.Int64).DetachFromDisposeScope();
        _rows = zeros([slots * _kvHeads], ScalarType.Int64).DetachFromDisposeScope();
        _mask = zeros([slots * _kvHeads, 1, cache.Capacity], ScalarType.Float32).DetachFromDisposeScope();
        for (var slot = 0; slot < slots; slot++) See(slot, 1);
    }

    /// <summary>Requests waiting for a slot, in the order of arrival.</summary>
    public Queue<GenerationHandle> Waiting { get; } = new();

    /// <summary>Keys and values; returned to the engine's pool with the lane's end.</summary>
    public KvCache Cache => _cache;

    /// <summary>Slots in use.</summary>
    public int Active { get; private set; }

    /// <summary>Whether a waiting request can start.</summary>
    public bool CanStart => Waiting.Count > 0 && Active < _slots.Length;

    /// <summary>Whether nothing runs or waits.</summary>
    public bool IsEmpty => Active == 0 && Waiting.Count == 0;

    /// <summary>Computes a prompt alone, so that its result depends on nothing else.</summary>
    public Prefill Compute(IReadOnlyList<int> promptIds)
    {
        using var scope = NewDisposeScope();
        using var cache = new KvCache(_model.Config, 1, promptIds.Count, _model.Device);
        var ids = tensor(promptIds.Select(id => (long)id).ToArray(), device: _model.Device).unsqueeze(0);
        var hidden = _model.Hidden(ids, cache: cache, adapter: _adapter);
        var logits = _model.Logits(hidden[.., -1]).cpu();
        return new Prefill(cache.Storage.alias().DetachFromDisposeScope(), Floats(logits).ToArray());
    }

    /// <summary>Starts the first waiting request from its prompt's prefill; its first token is sampled at once.</summary>
    public void Start(Prefill prefill)
    {
        var handle = Waiting.Dequeue();
        var random = CounterRandom.Uniform(handle.Request.Seed, 0);
        var token = _sampler.Sample(prefill.Logits, handle.Request.Sampling, handle.Request.PromptIds, random);
        if (handle.Add(token)) return;

        using var scope = NewDisposeScope();
        var slot = Array.IndexOf(_slots, null);
        var length = handle.Request.PromptIds.Count;
        _cache.Storage[.., .., slot..(slot + 1), .., ..length].copy_(prefill.KeysAndValues);
        (_slots[slot], _lengths[slot]) = (handle, length);
        See(slot, length);
        Active++;
    }

    /// <summary>Samples one more token for every slot in use, and says for how many.</summary>
    public int Decode()
    {
        var sampled = Active;
        if (sampled == 0) return 0;

        var tokens = Longs(_tokens);
        var positions = Longs(_positions);
        var rows = Longs(_rows);
        var mask = Floats(_mask);
        for (var slot = 0; slot < _slots.Length; slot++)
        {
            var handle = _slots[slot];
            var position = handle is null ? 0 : _lengths[slot];
            tokens[slot] = handle is null ? 0 : handle.Tokens[^1];
            positions[slot] = position;
            for (var head = slot * _kvHeads; head < (slot + 1) * _kvHeads; head++)
            {
                rows[head] = (long)head * _cache.Capacity + position;
                mask[head * _cache.Capacity + position] = 0;
            }
        }

        using var scope = NewDisposeScope();
        var logits = _model.Decode(OnDevice(_tokens), OnDevice(_positions), OnDevice(_rows), OnDevice(_mask), _cache, _adapter).cpu();
        var values = Floats(logits);
        for (var slot = 0; slot < _slots.Length; slot++)
        {
            if (_slots[slot] is not { } handle) continue;
            _lengths[slot]++;
            var (request, vocab) = (handle.Request, _model.Config.VocabSize);
            var random = CounterRandom.Uniform(request.Seed, (ulong)handle.Tokens.Count);
            var token = _sampler.Sample(values.Slice(slot * vocab, vocab), request.Sampling, request.PromptIds.Concat(handle.Tokens), random);
            if (handle.Add(token)) Free(slot);
        }
        return sampled;
    }

    /// <summary>Lets go of cancelled requests.</summary>
    public void Sweep()
    {
        for (var slot = 0; slot < _slots.Length; slot++)
        {
            if (_slots[slot] is not { IsCancelled: true } handle) continue;
            handle.Finish(FinishReason.Cancelled);
            Free(slot);
        }
        while (Waiting.TryPeek(out var waiting) && waiting.IsCancelled) Waiting.Dequeue().Finish(FinishReason.Cancelled);
    }

    /// <summary>Ends everything that runs or waits with an error.</summary>
    public void Fail(Exception error)
    {
        for (var slot = 0; slot < _slots.Length; slot++)
        {
            if (_slots[slot] is not { } handle) continue;
            handle.Fail(error);
            Free(slot);
        }
        while (Waiting.TryDequeue(out var waiting)) waiting.Fail(error);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in new[] { _tokens, _positions, _rows, _mask }) tensor.Dispose();
    }

    private void Free(int slot)
    {
        (_slots[slot], _lengths[slot]) = (null, 0);
        See(slot, 1); // an empty slot sees one column, so that its softmax stays finite
        Active--;
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
