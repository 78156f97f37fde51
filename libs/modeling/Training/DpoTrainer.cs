using System.Globalization;
using Sgasa.Modeling.Training.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Training;

/// <summary>
/// Direct preference optimisation of an adapter. The reference is the same model with another adapter, or with none; its
/// log-probabilities are computed once, unless the pairs bring them or the configuration says otherwise.
/// </summary>
/// <remarks>All calls belong to the one thread that owns the model.</remarks>
public sealed class DpoTrainer : ITrainer
{
    private const string ReferenceTensor = "reference_logps";

    private readonly CausalLM _model;
    private readonly LoraAdapter _policy;
    private readonly DpoConfig _config;
    private readonly PreferenceSet _pairs;
    private readonly PreferenceSet _evalPairs;
    private readonly TrainingLoop _loop;

    /// <summary>Prepares a run; nothing is computed yet.</summary>
    /// <param name="model">The model; its weights stay as they are.</param>
    /// <param name="policy">What is trained; it stays the caller's, and no other trainer may have it.</param>
    /// <param name="reference">The reference's adapter, another object than the policy's; null is the model itself.</param>
    /// <param name="pairs">The pairs; their order matters where <see cref="TrainingArguments.ShuffleSeed"/> is null.</param>
    /// <param name="config">Batches, optimizer, schedule and loss.</param>
    /// <param name="evalPairs">What <see cref="Evaluate"/> computes; null for none.</param>
    /// <exception cref="ArgumentException">
    /// There are no pairs, one is empty, too long or outside the vocabulary, or the reference is the policy.
    /// </exception>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">A setting is out of range.</exception>
    public DpoTrainer(
        CausalLM model,
        LoraAdapter policy,
        LoraAdapter? reference,
        IReadOnlyList<PreferenceExample> pairs,
        DpoConfig config,
        IReadOnlyList<PreferenceExample>? evalPairs = null)
    {
        if (reference == policy)
            throw new ArgumentException("The reference would move with the policy: give a clone.", nameof(reference));
        config.Check();
        (_model, _policy, _config) = (model, policy, config);
        var limit = ExampleCheck.LimitOf(model, config.MaxLength);
        var cut = Truncation.Apply(pairs, limit, config.TruncationMode);
        ExampleCheck.RequireAny(cut, limit, nameof(pairs));
        (var kept, Truncated, Dropped) = cut;
        var keptEval = Truncation.Apply(evalPairs ?? [], limit, config.TruncationMode).Examples;
        _pairs = new PreferenceSet(model, reference, kept, config, config.PerDeviceTrainBatchSize, nameof(pairs));
        _evalPairs = new PreferenceSet(model, reference, keptEval, config, config.PerDeviceEvalBatchSize, nameof(evalPairs));
        _loop = new TrainingLoop(
            config, policy, [.. kept.Select(Truncation.LongestOf)],
            RunFingerprint.Of(
                string.Create(CultureInfo.InvariantCulture, $"dpo {config.OfTheSteps()} {_pairs.GivenReference}"),
                kept.SelectMany(pair => new[] { pair.PromptIds, pair.ChosenIds, pair.RejectedIds })));
    }

    /// <inheritdoc/>
    public LoraAdapter Adapter => _policy;

    /// <inheritdoc/>
    public TrainingArguments Arguments => _config;

    /// <inheritdoc/>
    public int ExampleCount => _pairs.Pairs.Count;

    /// <inheritdoc/>
    public int EvalExampleCount => _evalPairs.Pairs.Count;

    /// <inheritdoc/>
    public int Truncated { get; }

    /// <inheritdoc/>
    public int Dropped { get; }

    /// <inheritdoc/>
    public int StepsPerEpoch => _loop.StepsPerEpoch;

    /// <inheritdoc/>
    public int Steps => _loop.Steps;

    /// <inheritdoc/>
    public int CurrentStep => _loop.CurrentStep;

    /// <inheritdoc/>
    public string Fingerprint => _loop.Fingerprint;

    /// <inheritdoc/>
    public IReadOnlyList<string> MetricNames =>
    [
        "loss", "entropy", "mean_token_accuracy", "rewards/chosen", "rewards/rejected", "rewards/margins", "rewards/accuracies",
        "logps/chosen", "logps/rejected", .. _config.RpoAlpha is null ? Array.Empty<string>() : ["nll_loss"],
    ];

    /// <summary>Computes the reference's log-probabilities, unless they are known; the first step does it otherwise.</summary>
    /// <returns>Chosen and rejected, one per pair that is trained on.</returns>
    public (IReadOnlyList<float> Chosen, IReadOnlyList<float> Rejected) PrecomputeReference(
        CancellationToken cancellationToken = default)
    {
        using var host = _pairs.Reference(cancellationToken).cpu().contiguous();
        var values = host.data<float>().ToArray();
        return (values[..ExampleCount], values[ExampleCount..]);
    }

    /// <inheritdoc/>
    public StepMetrics Step(CancellationToken cancellationToken = default)
    {
        if (_config.PrecomputeRefLogProbs) _pairs.Reference(cancellationToken);
        return _loop.Step(TokensOf, ShareOfLoss, cancellationToken);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Evaluate(CancellationToken cancellationToken = default)
    {
        if (EvalExampleCount == 0) throw new InvalidOperationException("The trainer was given no evaluation set.");
        using var noGrad = no_grad();
        _evalPairs.Reference(cancellationToken);
        var metrics = new MeanMetrics();
        metrics.Add("loss", 0, 0); // it is read first
        foreach (var chunk in Enumerable.Range(0, EvalExampleCount).Chunk(_config.PerDeviceEvalBatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (losses, likelihoods) = Losses(_evalPairs, chunk, metrics, null);
            metrics.Add("loss", losses.sum().item<float>(), chunk.Length);
            if (_config.RpoAlpha is not null) metrics.Add("nll_loss", -likelihoods.item<float>(), _evalPairs.ChosenTokens(chunk));
        }
        var means = metrics.Means();
        if (_config.RpoAlpha is { } alpha) means["loss"] += alpha * means["nll_loss"];
        return means;
    }

    /// <inheritdoc/>
    public void SaveState(string folder) => _loop.Save(folder, _pairs.Computed is { } known ? [(ReferenceTensor, known)] : []);

    /// <inheritdoc/>
    public void LoadState(string folder)
    {
        if (_loop.Load(folder, ReferenceTensor).TryGetValue(ReferenceTensor, out var stored))
            _pairs.Keep(stored.to(_model.Device));
    }

    /// <summary>Frees optimizer, gradients and the reference's values; the adapters stay.</summary>
    public void Dispose()
    {
        _pairs.Dispose();
        _evalPairs.Dispose();
        _loop.Dispose();
    }

    private (long Completion, long All) TokensOf(int i)
    {
        var pair = _pairs.Pairs[i];
        var completions = pair.ChosenIds.Count + pair.RejectedIds.Count;
        return (completions, completions + 2L * pair.PromptIds.Count);
    }

    private Tensor ShareOfLoss(IReadOnlyList<int> batch, IReadOnlyList<int> step, MeanMetrics metrics, Backpropagation back)
    {
        var (losses, likelihoods) = Losses(_pairs, batch, metrics, back);
        var share = losses.sum() / step.Count;
        if (_config.RpoAlpha is not { } alpha) return share;
        metrics.Add("nll_loss", -likelihoods.detach().item<float>(), _pairs.ChosenTokens(batch));
        return share - likelihoods * (alpha / _pairs.ChosenTokens(step));
    }

    /// <summary>
    /// Losses of pairs, <c>[P]</c>, and the chosen completions' log-likelihood, one number; it notes TRL's metrics.
    /// </summary>
    private (Tensor Losses, Tensor ChosenLikelihood) Losses(
        PreferenceSet pairs, IReadOnlyList<int> batch, MeanMetrics metrics, Backpropagation? back)
    {
        var reference = pairs.ReferenceOf(batch);
        var policy = pairs.LogProbs(batch, _policy, back, metrics);
        var (losses, chosen, rejected) = DpoLoss.Compute(
            policy[0], policy[1], reference[0], reference[1], _config.Beta, _config.LossType, _config.LabelSmoothing);
        var likelihood = (DpoLoss.AveragesTokens(_config.LossType) ? policy[0] * pairs.ChosenLengths(batch) : policy[0]).sum();

        using var noGrad = no_grad();
        void Add(string name, Tensor values) =>
            metrics.Add(name, values.sum().to_type(ScalarType.Float64).item<double>(), batch.Count);
        Add("rewards/chosen", chosen);
        Add("rewards/rejected", rejected);
        Add("rewards/margins", chosen - rejected);
        Add("rewards/accuracies", chosen.gt(rejected));
        Add("logps/chosen", policy[0]);
        Add("logps/rejected", policy[1]);
        return (losses, likelihood);
    }
}
