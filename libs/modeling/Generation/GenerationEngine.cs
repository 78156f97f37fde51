using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using Sgasa.Modeling.Lora;
using Sgasa.Modeling.Model;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Generation;

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
    // Sizes of a slot: one and a half times or twice the one before. Each is a batch of its own.
    private static readonly int[] Capacities =
        [.. Enumerable.Range(6, 14).SelectMany(bits => new[] { 1 << bits, (1 << bits) + (1 << (bits - 1)) })];

    private readonly CausalLM _model;
    private readonly GenerationOptions _options;
    private readonly Sampler _sampler;
    private readonly PrefillCache _prefills;
    private readonly ConcurrentQueue<GenerationHandle> _inbox = new();
    private readonly Dictionary<LaneKey, Lane> _lanes = [];
    private readonly List<LaneKey> _turns = [];          // lanes in the order in which they take turns
    private readonly Queue<GenerationHandle> _backlog = new(); // requests whose lane can't be made yet
    private readonly List<KvCache> _idle = [];
    private readonly List<(LoraAdapter Adapter, int Revision, CausalLM Model)> _merged = [];

    /// <summary>Makes an engine for a model.</summary>
    /// <param name="model">The model; it stays the caller's.</param>
    /// <param name="options">Sizes; null takes the defaults.</param>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    public GenerationEngine(CausalLM model, GenerationOptions? options = null)
    {
        _model = model;
        _options = options ?? new GenerationOptions();
        Validator.ValidateObject(_options, new ValidationContext(_options), validateAllProperties: true);
        _sampler = new Sampler(model.Config.VocabSize);
        _prefills = new PrefillCache(_options.PrefillCacheSize);
    }

    /// <summary>Tokens sampled since the engine was made.</summary>
    public long SampledTokens { get; private set; }

    /// <summary>Queues a request; from any thread.</summary>
    /// <param name="request">What to sample.</param>
    /// <param name="onToken">Called on the model's thread with every token as it is sampled.</param>
    /// <exception cref="ArgumentException">The prompt is empty, too long, or has ids outside the vocabulary; or the adapter does not fit.</exception>
    /// <exception cref="ValidationException">A sampling setting is out of range.</exception>
    public GenerationHandle Submit(GenerationRequest request, Action<int>? onToken = null)
    {
        Validator.ValidateObject(request.Sampling, new ValidationContext(request.Sampling), validateAllProperties: true);
        var (prompt, longest) = (request.PromptIds, _model.Config.MaxPositionEmbeddings);
        if (prompt.Count == 0) throw new ArgumentException("A prompt needs at least one token.", nameof(request));
        if (prompt.Count >= longest)
        {
            throw new ArgumentException($"The prompt has {prompt.Count} tokens, but the model takes fewer than {longest}.", nameof(request));
        }
        if (prompt.Any(id => (uint)id >= (uint)_model.Config.VocabSize))
        {
            throw new ArgumentException($"The prompt has an id outside the vocabulary of {_model.Config.VocabSize}.", nameof(request));
        }
        if (request.Adapter is { } adapter && !adapter.Fits(_model.Config))
        {
            throw new ArgumentException("The adapter was made for a model of another shape.", nameof(request));
        }

        var handle = new GenerationHandle(
            request,
            [.. request.StopTokenIds ?? _model.Config.EosTokenIds],
            Math.Min(request.Sampling.MaxNewTokens, longest - prompt.Count),
            onToken);
        _inbox.Enqueue(handle);
        return handle;
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
            if (lane.CanStart) Start(key, lane);
            else SampledTokens += lane.Decode();
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

    /// <summary>Samples responses together, and returns them in the requests' order.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; nothing of these requests is left behind.</exception>
    public IReadOnlyList<GenerationResult> Generate(
        IReadOnlyList<GenerationRequest> requests, CancellationToken cancellationToken = default)
    {
        GenerationHandle[] handles = [.. requests.Select(request => Submit(request))];
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

    /// <summary>Lets go of everything kept for an adapter that will not be used again; it has no requests running.</summary>
    public void Forget(LoraAdapter adapter)
    {
        _prefills.Forget(adapter);
        foreach (var entry in _merged.Where(entry => entry.Adapter == adapter)) entry.Model.Dispose();
        _merged.RemoveAll(entry => entry.Adapter == adapter);
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
        foreach (var cache in _idle) cache.Dispose();
        foreach (var entry in _merged) entry.Model.Dispose();
        _prefills.Dispose();
    }

    /// <summary>The slot size for a request: of its own length alone.</summary>
    private static int CapacityFor(GenerationHandle handle)
    {
        var length = handle.Request.PromptIds.Count + handle.Limit;
        return Capacities.First(capacity => capacity >= length);
    }

    /// <summary>Gives every request of the backlog to its lane, as far as lanes may be made.</summary>
    private void Place()
    {
        for (var left = _backlog.Count; left > 0; left--)
        {
            var handle = _backlog.Dequeue();
            var key = new LaneKey(handle.Request.Adapter, CapacityFor(handle));
            if (handle.IsCancelled) handle.Finish(FinishReason.Cancelled);
            else if (_lanes.TryGetValue(key, out var lane)) lane.Waiting.Enqueue(handle);
            else if (_lanes.Count >= _options.MaxActiveLanes) _backlog.Enqueue(handle);
            else
            {
                lane = Open(key);
                lane.Waiting.Enqueue(handle);
            }
        }
    }

    private Lane Open(LaneKey key)
    {
        var merge = key.Adapter is not null && _model.Parameters.Length <= _options.MergeUpToParameters;
        var model = merge ? Merged(key.Adapter!) : _model;
        var cache = _idle.Find(idle => idle.Capacity == key.Capacity);
        if (cache is not null) _idle.Remove(cache);
        cache ??= new KvCache(_model.Config, _options.Slots, key.Capacity, _model.Device);
        var lane = new Lane(model, merge ? null : key.Adapter, cache, _sampler);
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
        _idle.Add(lane.Cache);
        if (_idle.Count <= 2) return;
        _idle[0].Dispose();
        _idle.RemoveAt(0);
    }

    /// <summary>Starts the lane's next request, and with it all that wait for a sample of the same prompt.</summary>
    private void Start(LaneKey key, Lane lane)
    {
        var promptIds = lane.Waiting.Peek().Request.PromptIds;
        var prefill = _prefills.GetOrAdd(key.Adapter, promptIds, () => lane.Compute(promptIds));
        do
        {
            SampledTokens++;
            lane.Start(prefill);
        }
        while (lane.CanStart && lane.Waiting.Peek() is { IsCancelled: false } next && next.Request.PromptIds.SequenceEqual(promptIds));
    }

    private CausalLM Merged(LoraAdapter adapter)
    {
        var at = _merged.FindIndex(entry => entry.Adapter == adapter && entry.Revision == adapter.Revision);
        if (at >= 0) return _merged[at].Model;

        // What a running lane uses stays; of the rest a few are kept, since an adapter's requests come in bursts.
        var inUse = _lanes.Keys.Select(lane => lane.Adapter).ToHashSet();
        if (_merged.Count >= _options.MaxActiveLanes && _merged.FindIndex(entry => !inUse.Contains(entry.Adapter)) is >= 0 and var old)
        {
            _merged[old].Model.Dispose();
            _merged.RemoveAt(old);
        }
        var model = _model.Merge(adapter);
        _merged.Add((adapter, adapter.Revision, model));
        return model;
    }
}
