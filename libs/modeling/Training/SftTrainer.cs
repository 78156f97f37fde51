using System.Globalization;
using Sgasa.Modeling.Training.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Training;

/// <summary>
/// Supervised fine-tuning of an adapter: cross-entropy of completion tokens, summed and divided by the completion tokens of
/// the whole step, so that it does not matter how a step is cut into micro-batches.
/// </summary>
/// <remarks>All calls belong to the one thread that owns the model.</remarks>
public sealed class SftTrainer : ITrainer
{
    private readonly CausalLM _model;
    private readonly LoraAdapter _adapter;
    private readonly IReadOnlyList<SftExample> _examples;
    private readonly IReadOnlyList<SftExample> _evalExamples;
    private readonly SftConfig _config;
    private readonly TrainingLoop _loop;

    /// <summary>Prepares a run; nothing is computed yet.</summary>
    /// <param name="model">The model; its weights stay as they are.</param>
    /// <param name="adapter">What is trained; it stays the caller's, and no other trainer may have it.</param>
    /// <param name="examples">
    /// The examples; their order matters where <see cref="TrainingArguments.ShuffleSeed"/> is null.
    /// </param>
    /// <param name="config">Batches, optimizer and schedule.</param>
    /// <param name="evalExamples">What <see cref="Evaluate(CancellationToken)"/> computes; null for none.</param>
    /// <exception cref="ArgumentException">
    /// There are no examples, or one is empty, too long or outside the vocabulary.
    /// </exception>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">A setting is out of range.</exception>
    public SftTrainer(
        CausalLM model,
        LoraAdapter adapter,
        IReadOnlyList<SftExample> examples,
        SftConfig config,
        IReadOnlyList<SftExample>? evalExamples = null)
    {
        config.Check();
        var limit = ExampleCheck.LimitOf(model, config.MaxLength);
        var cut = Truncation.Apply(examples, limit, config.TruncationMode);
        ExampleCheck.RequireAny(cut, limit, nameof(examples));
        (_examples, Truncated, Dropped) = cut;
        _evalExamples = Truncation.Apply(evalExamples ?? [], limit, config.TruncationMode).Examples;
        ExampleCheck.Require(model, config.MaxLength, _examples, nameof(examples));
        ExampleCheck.Require(model, config.MaxLength, _evalExamples, nameof(evalExamples));
        (_model, _adapter, _config) = (model, adapter, config);
        _loop = new TrainingLoop(
            config, adapter, [.. _examples.Select(CompletionBatch.LengthOf)],
            RunFingerprint.Of(
                string.Create(CultureInfo.InvariantCulture, $"sft {config.OfTheSteps()}"),
                _examples.SelectMany(example => new[] { example.PromptIds, example.CompletionIds })));
    }

    /// <inheritdoc/>
    public LoraAdapter Adapter => _adapter;

    /// <inheritdoc/>
    public TrainingArguments Arguments => _config;

    /// <inheritdoc/>
    public int ExampleCount => _examples.Count;

    /// <inheritdoc/>
    public int EvalExampleCount => _evalExamples.Count;

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
    public IReadOnlyList<string> MetricNames { get; } = ["loss", "mean_token_accuracy", "entropy"];

    /// <inheritdoc/>
    public StepMetrics Step(CancellationToken cancellationToken = default) => _loop.Step(
        i => (_examples[i].CompletionIds.Count, CompletionBatch.LengthOf(_examples[i])),
        (batch, step, metrics, back) =>
            Sum([.. batch.Select(i => _examples[i])], metrics, back) / step.Sum(i => _examples[i].CompletionIds.Count),
        cancellationToken);

    /// <summary>Mean loss per completion token of some examples, without training on them.</summary>
    /// <param name="examples">The examples.</param>
    /// <param name="microBatchSize">Examples computed at once.</param>
    public double Evaluate(IReadOnlyList<SftExample> examples, int microBatchSize = 8) =>
        Evaluate(examples, microBatchSize, CancellationToken.None)["loss"];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Evaluate(CancellationToken cancellationToken = default) => _evalExamples.Count > 0
        ? Evaluate(_evalExamples, _config.PerDeviceEvalBatchSize, cancellationToken)
        : throw new InvalidOperationException("The trainer was given no evaluation set.");

    /// <inheritdoc/>
    public void SaveState(string folder) => _loop.Save(folder);

    /// <inheritdoc/>
    public void LoadState(string folder) => _loop.Load(folder);

    /// <summary>Frees optimizer and gradients; the adapter stays.</summary>
    public void Dispose() => _loop.Dispose();

    private Dictionary<string, double> Evaluate(
        IReadOnlyList<SftExample> examples, int microBatchSize, CancellationToken cancellationToken)
    {
        using var noGrad = no_grad();
        var metrics = new MeanMetrics();
        metrics.Add("loss", 0, 0); // it is read first
        foreach (var chunk in examples.Chunk(microBatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            metrics.Add("loss", Sum(chunk, metrics, null).item<float>(), chunk.Sum(example => example.CompletionIds.Count));
        }
        return metrics.Means();
    }

    /// <summary>Cross-entropy summed over completion tokens; it notes the other metrics.</summary>
    private Tensor Sum(IReadOnlyList<SftExample> examples, MeanMetrics metrics, Backpropagation? back)
    {
        var batch = new CompletionBatch(examples, _model.Device);
        var scores = batch.Score(_model, _adapter, back);
        metrics.Add("mean_token_accuracy", scores.Hits.sum().item<long>(), batch.Labels.shape[0]);
        metrics.Add("entropy", scores.Entropies.sum().item<float>(), batch.Labels.shape[0]);
        return scores.LogProbs.sum().neg();
    }
}
