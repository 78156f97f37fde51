using System.Globalization;
using Sgasa.Modeling.Training.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Training;

/// <summary>Preference pairs, and what the reference thinks of them.</summary>
internal sealed class PreferenceSet : IDisposable
{
    private readonly CausalLM _model;
    private readonly LoraAdapter? _reference;
    private readonly DpoConfig _config;
    private readonly int _batchSize;
    private Tensor? _known; // [2, pairs]: chosen, rejected

    /// <summary>Checks the pairs.</summary>
    /// <exception cref="ArgumentException">
    /// A pair is empty, too long or outside the vocabulary, or some bring the reference's values and some do not.
    /// </exception>
    public PreferenceSet(
        CausalLM model,
        LoraAdapter? reference,
        IReadOnlyList<PreferenceExample> pairs,
        DpoConfig config,
        int batchSize,
        string parameter)
    {
        ExampleCheck.Require(model, config.MaxLength, pairs.Select(Chosen), parameter);
        ExampleCheck.Require(model, config.MaxLength, pairs.Select(Rejected), parameter);
        (_model, _reference, Pairs, _config, _batchSize) = (model, reference, pairs, config, batchSize);
        if (pairs.Count == 0 || config.ReferenceFree) return;
        var brought = pairs.Count(pair => pair is { RefChosenLogp: not null, RefRejectedLogp: not null });
        if (brought == 0 && pairs.All(pair => pair is { RefChosenLogp: null, RefRejectedLogp: null })) return;
        if (brought < pairs.Count)
        {
            var (index, _) = pairs.Index().First(p => p.Item is not { RefChosenLogp: not null, RefRejectedLogp: not null });
            throw new ArgumentException(
                $"Example {index} lacks a reference log-probability, which others have: give both of every pair, or none.",
                parameter);
        }
        float[] values =
        [
            .. pairs.Select(p => (float)p.RefChosenLogp!.Value), .. pairs.Select(p => (float)p.RefRejectedLogp!.Value),
        ];
        GivenReference = string.Join(' ', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
        using var scope = NewDisposeScope();
        Keep(tensor(values, [2, pairs.Count], device: model.Device));
    }

    /// <summary>The pairs.</summary>
    public IReadOnlyList<PreferenceExample> Pairs { get; }

    /// <summary>The values that the pairs brought, as text for a fingerprint; empty where they brought none.</summary>
    public string GivenReference { get; } = "";

    /// <summary>The reference's values where they were computed here, so that they are to be kept; null otherwise.</summary>
    public Tensor? Computed => GivenReference.Length > 0 || _config.ReferenceFree ? null : _known;

    /// <summary>Takes over values that were computed before, <c>[2, pairs]</c>.</summary>
    public void Keep(Tensor values)
    {
        _known?.Dispose();
        _known = values.DetachFromDisposeScope();
    }

    /// <summary>
    /// The reference's log-probabilities of all pairs, <c>[2, pairs]</c>; computed when first asked for, and kept.
    /// </summary>
    public Tensor Reference(CancellationToken cancellationToken)
    {
        if (_known is not null) return _known;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        List<Tensor> chunks = [];
        foreach (var chunk in Enumerable.Range(0, Pairs.Count).Chunk(_batchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var forward = NewDisposeScope();
            chunks.Add(ComputeReference(chunk).MoveToOuterDisposeScope());
        }
        Keep(cat(chunks, 1));
        return _known!;
    }

    /// <summary>The reference's log-probabilities of some pairs, <c>[2, P]</c>.</summary>
    public Tensor ReferenceOf(IReadOnlyList<int> batch)
    {
        if (_known is not null)
            return _known.index_select(1, tensor(batch.Select(i => (long)i).ToArray(), device: _model.Device));
        using var noGrad = no_grad();
        using var forward = NewDisposeScope();
        return ComputeReference(batch).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Log-probabilities of chosen and rejected completions in one forward pass, <c>[2, P]</c>: sums, or means where the loss wants them.
    /// </summary>
    public Tensor LogProbs(
        IReadOnlyList<int> batch, LoraAdapter? adapter, Backpropagation? back = null, MeanMetrics? metrics = null)
    {
        var sequences = new CompletionBatch(
            [.. batch.Select(i => Chosen(Pairs[i])), .. batch.Select(i => Rejected(Pairs[i]))], _model.Device);
        var scores = sequences.Score(_model, adapter, back);
        metrics?.Add("entropy", scores.Entropies.sum().item<float>(), sequences.Labels.shape[0]);
        metrics?.Add("mean_token_accuracy", scores.Hits.sum().item<long>(), sequences.Labels.shape[0]);
        return sequences.PerSequence(scores.LogProbs, mean: DpoLoss.AveragesTokens(_config.LossType)).view(2, batch.Count);
    }

    /// <summary>Tokens of the chosen completions of some pairs.</summary>
    public long ChosenTokens(IReadOnlyList<int> batch) => batch.Sum(i => (long)Pairs[i].ChosenIds.Count);

    /// <summary>Tokens of each chosen completion, <c>[P]</c>.</summary>
    public Tensor ChosenLengths(IReadOnlyList<int> batch) =>
        tensor(batch.Select(i => (float)Pairs[i].ChosenIds.Count).ToArray(), device: _model.Device);

    /// <inheritdoc/>
    public void Dispose() => _known?.Dispose();

    private Tensor ComputeReference(IReadOnlyList<int> batch) =>
        _config.ReferenceFree ? zeros(2, batch.Count, device: _model.Device) : LogProbs(batch, _reference);

    private static SftExample Chosen(PreferenceExample pair) => new(pair.PromptIds, pair.ChosenIds);

    private static SftExample Rejected(PreferenceExample pair) => new(pair.PromptIds, pair.RejectedIds);
}
