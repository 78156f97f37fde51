namespace Sgasa.Modeling.Generation.Slots;

/// <summary>Slots of any size on the CPU, computed by a <see cref="CpuDecoder"/>; empty slots cost nothing.</summary>
/// <param name="decoder">The model; it stays the caller's.</param>
/// <param name="slots">Number of slots.</param>
/// <param name="threads">
/// Threads that share a step: each takes some of the slots, or of the prompts, through the whole model.
/// </param>
internal sealed class CpuSlotBatch(CpuDecoder decoder, int slots, int threads) : ISlotBatch
{
    private readonly SlotAttention?[] _slots = new SlotAttention?[slots];
    private readonly ParallelOptions _parallel = new() { MaxDegreeOfParallelism = threads };

    public int Slots => _slots.Length;

    public int PromptsAtOnce => threads;

    /// <remarks>A row's result is the same in any company, so a common beginning need not be computed again.</remarks>
    public IReadOnlyList<Prefill> Compute(IReadOnlyList<Prompt> prompts)
    {
        var prefills = new Prefill[prompts.Count];
        Parallel.For(0, prompts.Count, _parallel, i => prefills[i] = Compute(prompts[i]));
        return prefills;
    }

    public void Fill(int slot, Prefill prefill, int capacity) => _slots[slot] = ((SlotAttention)prefill.State).Copy(capacity);

    public void Free(int slot)
    {
        _slots[slot]?.Dispose();
        _slots[slot] = null;
    }

    public void Decode(ReadOnlySpan<int> tokens, SlotLogits receive)
    {
        List<(int Slot, DecoderRow Row)> rows = [];
        for (var slot = 0; slot < _slots.Length; slot++)
        {
            if (_slots[slot] is not { } attention) continue;
            rows.Add((slot, new DecoderRow(tokens[slot], attention.Length, attention.Length + 1, attention)));
        }

        // Rows are computed six at a time, so shares are multiples of six.
        var share = (rows.Count + threads - 1) / threads;
        var chunk = Math.Min(CpuDecoder.MaxRows, (share + 5) / 6 * 6);
        Parallel.For(0, (rows.Count + chunk - 1) / chunk, _parallel, i =>
        {
            var own = rows[(i * chunk)..Math.Min(rows.Count, (i + 1) * chunk)];
            decoder.Forward(
                [.. own.Select(entry => entry.Row)], lastOnly: false, (row, logits) => receive(own[row].Slot, logits));
        });
        foreach (var (slot, _) in rows) _slots[slot]!.Length++;
    }

    public void Dispose()
    {
        for (var slot = 0; slot < _slots.Length; slot++) Free(slot);
    }

    private Prefill Compute(Prompt prompt)
    {
        var promptIds = prompt.PromptIds;
        var prefix = (SlotAttention?)prompt.Prefix?.State;
        var attention = prefix is not null && decoder.SameRotation(prefix.Length, promptIds.Count)
            ? prefix.Copy(promptIds.Count, prompt.PrefixLength)
            : new SlotAttention(decoder.Config, promptIds.Count);
        float[]? last = null;
        for (var start = attention.Length; start < promptIds.Count; start += CpuDecoder.MaxRows)
        {
            var rows = new DecoderRow[Math.Min(CpuDecoder.MaxRows, promptIds.Count - start)];
            for (var i = 0; i < rows.Length; i++)
                rows[i] = new DecoderRow(promptIds[start + i], start + i, promptIds.Count, attention);
            var isLast = start + rows.Length == promptIds.Count;
            decoder.Forward(rows, lastOnly: true, isLast ? (_, logits) => last = logits.ToArray() : null);
        }
        attention.Length = promptIds.Count;
        return new Prefill(attention, last!);
    }
}
