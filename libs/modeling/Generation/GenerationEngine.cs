using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using Sgasa.Modeling.Generation;
using Sgasa.Modeling.Generation.Slots;
using static TorchSharp.torch;

namespace Sgasa.Modeling;

/// <summary>
/// Samples responses in batches that requests join and leave at any time. A response depends on its own request alone:
/// to the last bit it is the same whatever else is being sampled, and in whatever order requests arrive.
/// </summary>
/// <remarks>
/// <see cref="Submit"/> and <see cref="GenerationHandle.Cancel"/> may be called from any thread; everything else belongs
/// to the one thread that owns the model.
/// </remarks>
public sealed class GenerationEngine : IDisposable
{
    // Sizes of slots where all slots of a batch have one size; each size is then a batch of its own.
    private static readonly int[] Capacities =
        [.. Enumerable.Range(6, 14).SelectMany(bits => new[] { 1 << bits, (1 << bits) + (1 << (bits - 1)) })];

    private readonly CausalLM _model;
    private readonly GenerationOptions _options;
    private readonly bool _small;
    private readonly bool _ownDecoder; // computed by CpuDecoder, where slots need not have one size
    private readonly PrefillCache _prefills;
    private readonly ConcurrentQueue<GenerationHandle> _inbox = new();
    private readonly Dictionary<LaneKey, Lane> _lanes = [];
    private readonly List<LaneKey> _turns = [];          // lanes in the order in which they take turns
    private readonly Queue<GenerationHandle> _backlog = new(); // requests whose lane can't be made yet
    private readonly List<(LoraAdapter? Adapter, int Revision, IDisposable Weights)> _copies = [];

    /// <summary>Makes an engine for a model.</summary>
    /// <param name="model">The model; it stays the caller's.</param>
    /// <param name="options">Sizes; null takes the defaults.</param>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    public GenerationEngine(CausalLM model, GenerationOptions? options = null)
    {
        _model = model;
        _options = options ?? new GenerationOptions();
        Validator.ValidateObject(_options, new ValidationContext(_options), validateAllProperties: true);
        _small = model.Parameters.Length <= _options.CopyUpToParameters;
        _ownDecoder = _small && !_options.UniformSlots && CpuDecoder.Supports(model);
        _prefills = new PrefillCache(_options.PrefillCacheSize);
    }

    /// <summary>Tokens sampled since the engine was made.</summary>
    public long SampledTokens { get; private set; }

    /// <summary>Queues a request; from any thread.</summary>
    /// <param name="request">What to sample.</param>
    /// <param name="onToken">Called on the model's thread with every token as it is sampled.</param>
    /// <exception cref="PromptTooLongException">The prompt leaves no room for a response; nothing is queued.</exception>
    /// <exception cref="ArgumentException">
    /// The prompt is empty or has ids outside the vocabulary, or the adapter does not fit; nothing is queued.
    /// </exception>
    /// <exception cref="ValidationException">A sampling setting is out of range; nothing is queued.</exception>
    public GenerationHandle Submit(GenerationRequest request, Action<int>? onToken = null)
    {
        var handle = Prepare(request, onToken);
        _inbox.Enqueue(handle);
        return handle;
    }

    private GenerationHandle Prepare(GenerationRequest request, Action<int>? onToken)
    {
        Validator.ValidateObject(request.Sampling, new ValidationContext(request.Sampling), validateAllProperties: true);
        var (prompt, longest) = (request.PromptIds, _model.Config.ContextLength);
        if (prompt.Count == 0) throw new ArgumentException("A prompt needs at least one token.", nameof(request));
        if (prompt.Count >= longest) throw new PromptTooLongException(prompt.Count, longest);
        if (prompt.Any(id => (uint)id >= (uint)_model.Config.VocabSize))
        {
            throw new ArgumentException(
                $"The prompt has an id outside the vocabulary of {_model.Config.VocabSize}.", nameof(request));
        }
        if (request.Adapter is { } adapter && !adapter.Fits(_model.Config))
        {
            throw new ArgumentException("The adapter was made for a model of another shape.", nameof(request));
        }

        return new GenerationHandle(
            request,
            [.. request.StopTokenIds ?? _model.Config.EosTokenIds],
            Math.Min(request.Sampling.MaxNewTokens, longest - prompt.Count),
            onToken);
    }

    /// <summary>Does one piece of work: starts a request, or samples one token for every request of a batch.</summary>
    /// <returns>Whether anything remains to be done.</returns>
    public bool Step()
    {
        using var noGrad = no_grad();
        while (_inbox.TryDequeue(out var handle)) _backlog.Enqueue(handle);
        Place();
        if (_turns.Count == 0) return false;

        var key = _turns[0];
        var lane = _lanes[key];
        try
        {
            lane.Sweep();
            SampledTokens += lane.CanStart ? lane.Start(key.Adapter, _prefills) : lane.Decode();
        }
        catch (Exception e)
        {
            lane.Fail(e);
            throw;
        }
        finally
        {
            if (lane.IsEmpty) Remove(key);
            else if (!lane.CanStart && _turns.Count > 1)
            {
                _turns.RemoveAt(0);
                _turns.Add(key);
            }
        }
        return _turns.Count > 0 || _backlog.Count > 0 || !_inbox.IsEmpty;
    }

    /// <summary>Samples one response; it waits for nothing but the model.</summary>
    public GenerationResult Generate(GenerationRequest request, CancellationToken cancellationToken = default) =>
        Generate([request], cancellationToken)[0];

    /// <summary>
    /// Samples responses together, and returns them in the requests' order. A request that <see cref="Submit"/> would refuse
    /// stops all before anything is sampled; to have one fail alone, submit them.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled; nothing of these requests is left behind.</exception>
    public IReadOnlyList<GenerationResult> Generate(
        IReadOnlyList<GenerationRequest> requests, CancellationToken cancellationToken = default)
    {
        GenerationHandle[] handles = [.. requests.Select(request => Prepare(request, null))];
        foreach (var handle in handles) _inbox.Enqueue(handle);
        while (!handles.All(handle => handle.Completion.IsCompleted))
        {
            if (cancellationToken.IsCancellationRequested)
            {
                foreach (var handle in handles) handle.Cancel();
            }
            Step();
        }
        cancellationToken.ThrowIfCancellationRequested();
        return [.. handles.Select(handle => handle.Completion.GetAwaiter().GetResult())];
    }

    /// <summary>
    /// Lets go of everything kept for an adapter that will not be used again, or for the model itself (null), whose weights
    /// have changed; none of its requests may be running.
    /// </summary>
    public void Forget(LoraAdapter? adapter)
    {
        _prefills.Forget(adapter);
        foreach (var copy in _copies.Where(copy => copy.Adapter == adapter)) copy.Weights.Dispose();
        _copies.RemoveAll(copy => copy.Adapter == adapter);
    }

    /// <summary>Cancels what still runs, and frees the engine's memory.</summary>
    public void Dispose()
    {
        foreach (var handle in _inbox.Concat(_backlog)) handle.Finish(FinishReason.Cancelled);
        foreach (var key in _turns.ToArray())
        {
            _lanes[key].Fail(new ObjectDisposedException(nameof(GenerationEngine)));
            Remove(key);
        }
        foreach (var copy in _copies) copy.Weights.Dispose();
        _prefills.Dispose();
    }

    /// <summary>The lane for a request; it depends on the request alone.</summary>
    private LaneKey KeyFor(GenerationHandle handle)
    {
        var length = handle.Request.PromptIds.Count + handle.Limit;
        var adapter = handle.Request.Adapter;
        if (_ownDecoder) return new LaneKey(adapter, adapter?.Revision ?? 0, 0);
        var capacity = Array.Find(Capacities, capacity => capacity >= length);
        return new LaneKey(adapter, adapter?.Revision ?? 0, capacity > 0 ? capacity : length);
    }

    /// <summary>
    /// Gives every request of the backlog to its lane, as far as lanes may be made. Where making one fails, for want of memory
    /// as a rule, the request fails that asked for it, and others go on.
    /// </summary>
    private void Place()
    {
        for (var left = _backlog.Count; left > 0; left--)
        {
            var handle = _backlog.Dequeue();
            var key = KeyFor(handle);
            if (handle.IsCancelled) handle.Finish(FinishReason.Cancelled);
            else if (_lanes.TryGetValue(key, out var lane)) lane.Waiting.Enqueue(handle);
            else if (_lanes.Count >= _options.MaxActiveLanes) _backlog.Enqueue(handle);
            else if (TryOpen(key, handle) is { } opened) opened.Waiting.Enqueue(handle);
        }
    }

    private Lane? TryOpen(LaneKey key, GenerationHandle handle)
    {
        try
        {
            return Open(key);
        }
        catch (Exception e)
        {
            handle.Fail(e);
            return null;
        }
    }

    private Lane Open(LaneKey key)
    {
        var beside = _small ? null : key.Adapter;
        ISlotBatch batch = _ownDecoder
            ? new CpuSlotBatch((CpuDecoder)CopyFor(key.Adapter), _options.Slots, _options.Threads ?? Environment.ProcessorCount)
            : new TorchSlotBatch(
                _small && key.Adapter is not null ? (CausalLM)CopyFor(key.Adapter) : _model,
                beside, _options.Slots, key.Capacity);
        var lane = new Lane(batch, _model.Config.VocabSize);
        _lanes.Add(key, lane);
        _turns.Add(key);
        return lane;
    }

    private void Remove(LaneKey key)
    {
        var lane = _lanes[key];
        _lanes.Remove(key);
        _turns.Remove(key);
        lane.Dispose();
    }

    /// <summary>A copy of the weights with the adapter added to them, in the form that is sampled from.</summary>
    private IDisposable CopyFor(LoraAdapter? adapter)
    {
        var revision = adapter?.Revision ?? 0;
        var at = _copies.FindIndex(copy => copy.Adapter == adapter && copy.Revision == revision);
        if (at >= 0) return _copies[at].Weights;

        // What a running lane uses stays; of the rest a few are kept, since an adapter's requests come in bursts.
        var inUse = _lanes.Keys.Select(lane => (lane.Adapter, lane.Revision)).ToHashSet();
        var old = _copies.FindIndex(copy => !inUse.Contains((copy.Adapter, copy.Revision)));
        if (_copies.Count >= _options.MaxActiveLanes && old >= 0)
        {
            _copies[old].Weights.Dispose();
            _copies.RemoveAt(old);
        }
        var merged = adapter is null ? null : _model.Merge(adapter);
        IDisposable weights = merged!;
        if (_ownDecoder)
        {
            weights = new CpuDecoder(merged ?? _model);
            merged?.Dispose();
        }
        _copies.Add((adapter, revision, weights));
        return weights;
    }
}
