using Sgasa.Modeling.Lora;
using Sgasa.Modeling.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Training;

/// <summary>
/// Supervised fine-tuning of an adapter: cross-entropy of completion tokens, summed and divided by the completion tokens of
/// the whole step, so that it does not matter how a step is cut into micro-batches.
/// </summary>
/// <remarks>All calls belong to the one thread that owns the model.</remarks>
public sealed class SftTrainer : IDisposable
{
    private readonly CausalLM _model;
    private readonly LoraAdapter _adapter;
    private readonly IReadOnlyList<SftExample> _examples;
    private readonly TrainingLoop _loop;

    /// <summary>Prepares a run; nothing is computed yet.</summary>
    /// <param name="model">The model; its weights stay as they are.</param>
    /// <param name="adapter">What is trained; it stays the caller's, and no other trainer may have it.</param>
    /// <param name="examples">The examples; their order matters where <see cref="TrainingArguments.ShuffleSeed"/> is null.</param>
    /// <param name="config">Batches, optimizer and schedule.</param>
    /// <exception cref="ArgumentException">There are no examples, or one is empty, too long or outside the vocabulary.</exception>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">A setting is out of range.</exception>
    public SftTrainer(CausalLM model, LoraAdapter adapter, IReadOnlyList<SftExample> examples, SftConfig config)
    {
        ExampleCheck.Require(model, config.MaxLength, examples, nameof(examples));
        (_model, _adapter, _examples) = (model, adapter, examples);
        _loop = new TrainingLoop(
            config, adapter, [.. examples.Select(CompletionBatch.LengthOf)],
            RunFingerprint.Of($"sft {config}", examples.SelectMany(example => new[] { example.PromptIds, example.CompletionIds })));
    }

    /// <summary>Steps of the whole run.</summary>
    public int Steps => _loop.Steps;

    /// <summary>Steps taken.</summary>
    public int CurrentStep => _loop.CurrentStep;

    /// <summary>Takes one optimizer step.</summary>
    /// <param name="cancellationToken">Cancels between micro-batches; the weights are then unchanged.</param>
    /// <exception cref="TrainingDivergedException">The loss or the gradients are not finite.</exception>
    public StepMetrics Step(CancellationToken cancellationToken = default) => _loop.Step(
        i => _examples[i].CompletionIds.Count,
        batch => batch.Sum(i => _examples[i].CompletionIds.Count),
        SumOfLosses,
        cancellationToken);

    /// <summary>Mean loss per completion token of some examples, without training on them.</summary>
    /// <param name="examples">The examples.</param>
    /// <param name="microBatchSize">Examples computed at once.</param>
    public double Evaluate(IReadOnlyList<SftExample> examples, int microBatchSize = 8)
    {
        using var noGrad = no_grad();
        var sum = 0.0;
        foreach (var chunk in examples.Chunk(microBatchSize))
        {
            using var scope = NewDisposeScope();
            sum += Sum(chunk, null, null).item<float>();
        }
        return sum / examples.Sum(example => example.CompletionIds.Count);
    }

    /// <summary>Saves what a later process needs to continue this run, to the last bit.</summary>
    /// <param name="folder">A folder of this run's own.</param>
    public void SaveState(string folder) => _loop.Save(folder);

    /// <summary>Continues from a saved state of the same run.</summary>
    /// <exception cref="ModelFormatException">There is no state, it is damaged, or it belongs to another run.</exception>
    public void LoadState(string folder) => _loop.Load(folder);

    /// <summary>Frees optimizer and gradients; the adapter stays.</summary>
    public void Dispose() => _loop.Dispose();

    private Tensor SumOfLosses(IReadOnlyList<int> batch, MeanMetrics metrics, Backpropagation back) =>
        Sum([.. batch.Select(i => _examples[i])], metrics, back);

    private Tensor Sum(IReadOnlyList<SftExample> examples, MeanMetrics? metrics, Backpropagation? back)
    {
        var batch = new CompletionBatch(examples, _model.Device);
        var scores = batch.Score(_model, _adapter, back);
        if (metrics is not null)
        {
            metrics.Add("mean_token_accuracy", scores.Hits.sum().item<long>(), batch.Labels.shape[0]);
            metrics.Add("entropy", scores.Entropies.sum().item<float>(), batch.Labels.shape[0]);
        }
        return scores.LogProbs.sum().neg();
    }
}
