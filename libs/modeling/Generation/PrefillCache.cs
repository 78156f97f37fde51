using Sgasa.Modeling.Generation.Slots;

namespace Sgasa.Modeling.Generation;

/// <summary>The last few prompts' <see cref="Prefill"/>, so that several samples of one prompt compute it once.</summary>
internal sealed class PrefillCache(int capacity) : IDisposable
{
    // Newest last. Short lists: a linear search costs nothing beside a forward pass.
    private readonly List<(LoraAdapter? Adapter, int Revision, IReadOnlyList<int> PromptIds, Prefill Prefill)> _entries = [];

    /// <summary>The prompt's prefill, if it is kept; it stays the cache's, and valid until the next <see cref="Add"/>.</summary>
    public Prefill? Find(LoraAdapter? adapter, IReadOnlyList<int> promptIds)
    {
        var at = _entries.FindLastIndex(entry =>
            entry.Adapter == adapter && entry.Revision == (adapter?.Revision ?? 0) && entry.PromptIds.SequenceEqual(promptIds));
        if (at < 0) return null;
        var entry = _entries[at];
        _entries.RemoveAt(at);
        _entries.Add(entry);
        return entry.Prefill;
    }

    /// <summary>A prompt, with the kept one that has the longest beginning in common with it.</summary>
    public Prompt WithPrefix(LoraAdapter? adapter, IReadOnlyList<int> promptIds)
    {
        var best = new Prompt(promptIds);
        foreach (var entry in _entries)
        {
            if (entry.Adapter != adapter || entry.Revision != (adapter?.Revision ?? 0)) continue;
            // The last token must be computed in any case, since its logits are wanted.
            var common = entry.PromptIds.Zip(promptIds.Take(promptIds.Count - 1))
                .TakeWhile(pair => pair.First == pair.Second).Count();
            if (common > best.PrefixLength) best = new Prompt(promptIds, entry.Prefill, common);
        }
        return best;
    }

    /// <summary>Takes over a prefill, for the oldest one if there is no room.</summary>
    public void Add(LoraAdapter? adapter, IReadOnlyList<int> promptIds, Prefill prefill)
    {
        while (_entries.Count >= Math.Max(1, capacity)) RemoveAt(0);
        _entries.Add((adapter, adapter?.Revision ?? 0, promptIds, prefill));
    }

    /// <summary>Drops what belongs to an adapter, or to the model itself.</summary>
    public void Forget(LoraAdapter? adapter)
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
        _entries[index].Prefill.State.Dispose();
        _entries.RemoveAt(index);
    }
}
