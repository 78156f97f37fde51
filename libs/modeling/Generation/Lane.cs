using System.Collections.Concurrent;
using Sgasa.Modeling.Generation.Slots;
using Sgasa.Modeling.Numerics;

namespace Sgasa.Modeling.Generation;

/// <summary>What requests must have in common to be sampled in one batch.</summary>
/// <param name="Adapter">The adapter, by identity.</param>
/// <param name="Revision">The adapter's revision.</param>
/// <param name="Capacity">Tokens that a slot can hold; 0 where each slot has its own size.</param>
internal readonly record struct LaneKey(LoraAdapter? Adapter, int Revision, int Capacity);

/// <summary>Requests that are sampled in one batch, and those that wait to join it.</summary>
/// <param name="batch">The slots; the lane disposes of them.</param>
/// <param name="vocabSize">Size of the vocabulary.</param>
internal sealed class Lane(ISlotBatch batch, int vocabSize) : IDisposable
{
    private readonly GenerationHandle?[] _slots = new GenerationHandle?[batch.Slots];
    private readonly int[] _tokens = new int[batch.Slots];
    private readonly ConcurrentBag<Sampler> _samplers = [];

    /// <summary>Requests waiting for a slot, in the order of arrival.</summary>
    public Queue<GenerationHandle> Waiting { get; } = new();

    /// <summary>Slots in use.</summary>
    public int Active { get; private set; }

    /// <summary>Whether a waiting request can start.</summary>
    public bool CanStart => Waiting.Count > 0 && Active < _slots.Length;

    /// <summary>Whether nothing runs or waits.</summary>
    public bool IsEmpty => Active == 0 && Waiting.Count == 0;

    /// <summary>
    /// Starts the next few waiting requests, whose prompts are computed if they are not kept; says how many. Where that fails,
    /// for want of memory as a rule, those requests fail, and what runs goes on.
    /// </summary>
    public int Start(LoraAdapter? adapter, PrefillCache prefills)
    {
        var started = StartKept(adapter, prefills);
        // Several samples of one prompt share its prefill, so what counts are different prompts.
        List<IReadOnlyList<int>> prompts = [];
        foreach (var waiting in Waiting.Take(_slots.Length - Active))
        {
            var promptIds = waiting.Request.PromptIds;
            if (prompts.Count == batch.PromptsAtOnce) break;
            if (!prompts.Any(promptIds.SequenceEqual) && prefills.Find(adapter, promptIds) is null) prompts.Add(promptIds);
        }
        IReadOnlyList<Prefill> computed;
        try
        {
            computed = batch.Compute([.. prompts.Select(promptIds => prefills.WithPrefix(adapter, promptIds))]);
        }
        catch (Exception e)
        {
            FailWaiting(handle => prompts.Any(handle.Request.PromptIds.SequenceEqual), e);
            return started;
        }
        foreach (var (promptIds, prefill) in prompts.Zip(computed))
        {
            prefills.Add(adapter, promptIds, prefill);
            started += StartKept(adapter, prefills);
        }
        return started;
    }

    /// <summary>Samples one more token for every slot in use, and says for how many.</summary>
    public int Decode()
    {
        var sampled = Active;
        if (sampled == 0) return 0;
        for (var slot = 0; slot < _slots.Length; slot++) _tokens[slot] = _slots[slot]?.Tokens[^1] ?? 0;
        batch.Decode(_tokens, (slot, logits) => _tokens[slot] = Sample(_slots[slot]!, logits));
        for (var slot = 0; slot < _slots.Length; slot++)
        {
            if (_slots[slot] is { } handle && handle.Add(_tokens[slot])) Free(slot);
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
    public void Dispose() => batch.Dispose();

    /// <summary>
    /// Starts waiting requests up to the first whose prompt is not kept; their first tokens are sampled at once.
    /// </summary>
    private int StartKept(LoraAdapter? adapter, PrefillCache prefills)
    {
        var started = 0;
        for (; CanStart; Waiting.Dequeue())
        {
            var next = Waiting.Peek();
            if (next.IsCancelled)
            {
                next.Finish(FinishReason.Cancelled);
                continue;
            }
            if (prefills.Find(adapter, next.Request.PromptIds) is not { } prefill) break;
            started++;
            if (next.Add(Sample(next, prefill.Logits))) continue;
            var slot = Array.IndexOf(_slots, null);
            try
            {
                batch.Fill(slot, prefill, next.Request.PromptIds.Count + next.Limit);
            }
            catch (Exception e)
            {
                batch.Free(slot);
                next.Fail(e);
                continue;
            }
            _slots[slot] = next;
            Active++;
        }
        return started;
    }

    private void FailWaiting(Func<GenerationHandle, bool> which, Exception error)
    {
        for (var left = Waiting.Count; left > 0; left--)
        {
            var handle = Waiting.Dequeue();
            if (which(handle)) handle.Fail(error);
            else Waiting.Enqueue(handle);
        }
    }

    private int Sample(GenerationHandle handle, ReadOnlySpan<float> logits)
    {
        if (!_samplers.TryTake(out var sampler)) sampler = new Sampler(vocabSize);
        var (request, tokens) = (handle.Request, handle.Tokens);
        var uniform = CounterRandom.Uniform(request.Seed, (ulong)tokens.Count);
        var token = sampler.Sample(logits, request.Sampling, request.PromptIds.Concat(tokens), uniform);
        _samplers.Add(sampler);
        return token;
    }

    private void Free(int slot)
    {
        batch.Free(slot);
        _slots[slot] = null;
        Active--;
    }
}
