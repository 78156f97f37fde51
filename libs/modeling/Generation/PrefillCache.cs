using Sgasa.Modeling.Lora;
using TorchSharp;

namespace Sgasa.Modeling.Generation;

/// <summary>A prompt that went through the model: its keys and values, and the logits after its last token.</summary>
/// <param name="KeysAndValues"><c>[layers, 2, 1, kv heads, T, head_dim]</c>.</param>
/// <param name="Logits">One value per token of the vocabulary.</param>
internal sealed record Prefill(torch.Tensor KeysAndValues, float[] Logits) : IDisposable
{
    public void Dispose() => KeysAndValues.Dispose();
}

/// <summary>The last few prompts' <see cref="Prefill"/>, so that several samples of one prompt compute it once.</summary>
internal sealed class PrefillCache(int capacity) : IDisposable
{
    // Newest last. Short lists: a linear search costs nothing beside a forward pass.
    private readonly List<(LoraAdapter? Adapter, int Revision, IReadOnlyList<int> PromptIds, Prefill Prefill)> _entries = [];

    /// <summary>The prompt's prefill, computed if it is not kept. It stays the cache's, and valid until the next call.</summary>
    public Prefill GetOrAdd(LoraAdapter? adapter, IReadOnlyList<int> promptIds, Func<Prefill> compute)
    {
        var revision = adapter?.Revision ?? 0;
        var at = _entries.FindLastIndex(entry =>
            entry.Adapter == adapter && entry.Revision == revision && entry.PromptIds.SequenceEqual(promptIds));
        var prefill = at >= 0 ? _entries[at].Prefill : compute();
        if (at >= 0) _entries.RemoveAt(at);
        while (_entries.Count >= Math.Max(1, capacity)) RemoveAt(0);
        _entries.Add((adapter, revision, promptIds, prefill));
        return prefill;
    }

    /// <summary>Drops what belongs to an adapter.</summary>
    public void Forget(LoraAdapter adapter)
    {
        for (var i = _entries.Count - 1; i >= 0; i--)
        {
            if (_entries[i].Adapter == adapter) RemoveAt(i);
        }
    }

    public void Dispose()
    {
        while (_entries.Count > 0) RemoveAt(0);
    }

    private void RemoveAt(int index)
    {
        _entries[index].Prefill.Dispose();
        _entries.RemoveAt(index);
    }
}
