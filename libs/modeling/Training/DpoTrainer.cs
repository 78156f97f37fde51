using Sgasa.Modeling.Lora;
using Sgasa.Modeling.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Training;

/// <summary>
/// Direct preference optimisation of an adapter. The reference is the same model with another adapter, or with none; its
/// log-probabilities are computed once.
/// </summary>
/// <remarks>All calls belong to the one thread that owns the model.</remarks>
public sealed class DpoTrainer : IDisposable
{
    private const string ReferenceTensor = "reference_logps";

    private readonly CausalLM _model;
    private readonly LoraAdapter _policy;
    private readonly LoraAdapter? _reference;
    private readonly IReadOnlyList<PreferenceExample> _pairs;
    private readonly DpoConfig _config;
    private readonly TrainingLoop _loop;
    private Tensor? _referenceLogps; // [2, pairs]: chosen, rejected

    /// <summary>Prepares a run; nothing is computed yet.</summary>
    /// <param name="model">The model; its weights stay as they are.</param>
    /// <param name="policy">What is trained; it stays the caller's, and no other trainer may have it.</param>
    /// <param name="reference">The reference's adapter, another object than the policy's; null is the model itself.</param>
    /// <param name="pairs">The pairs; their order matters where <see cref="TrainingArguments.ShuffleSeed"/> is null.</param>
    /// <param name="config">Batches, optimizer, schedule and loss.</param>
    /// <exception cref="ArgumentException">There are no pairs, one is empty, too long or outside the vocabulary, or the reference is the policy.</exception>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">A setting is out of range.</exception>
    public DpoTrainer(
        CausalLM model, LoraAdapter policy, LoraAdapter? reference, IReadOnlyList<PreferenceExample> pairs, DpoConfig config)
    {
        if (reference == policy) throw new ArgumentException("The reference would move with the policy: give a clone.", nameof(reference));
        ExampleCheck.Require(model, config.MaxLength, pairs.Select(Chosen), nameof(pairs));
        ExampleCheck.Require(model, config.MaxLength, pairs.Select(Rejected), nameof(pairs));
        (_model, _policy, _reference, _pairs, _config) = (model, policy, reference, pairs, config);
        _loop = new TrainingLoop(
            config, policy, [.. pairs.Select(pair => pair.PromptIds.Count + Math.Max(pair.ChosenIds.Count, pair.RejectedIds.Count))],
            RunFingerprint.Of($"dpo {config}", pairs.SelectMany(pair => new[] { pair.PromptIds, pair.ChosenIds, pair.RejectedIds })));
    }

    /// <summary>Steps of the whole run.</summary>
    public int Steps => _loop.Steps;

    /// <summary>Steps taken.</summary>
    public int CurrentStep => _loop.CurrentStep;

    /// <summary>Computes the reference's log-probabilities, unless they are known; the first step does it otherwise.</summary>
    /// <returns>Chosen and rejected, one per pair.</returns>
    public (IReadOnlyList<float> Chosen, IReadOnlyList<float> Rejected) PrecomputeReference(CancellationToken cancellationToken = default)
    {
        if (_referenceLogps is null)
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            List<Tensor> chunks = [];
            foreach (var chunk in Enumerable.Range(0, _pairs.Count).Chunk(_config.PerDeviceTrainBatchSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var forward = NewDisposeScope();
                chunks.Add(LogProbs(chunk, _reference).MoveToOuterDisposeScope());
            }
            _referenceLogps = cat(chunks, 1).DetachFromDisposeScope();
        }
        using var host = _referenceLogps.cpu().contiguous();
        var values = host.data<float>().ToArray();
        return (values[.._pairs.Count], values[_pairs.Count..]);
    }

    /// <summary>Takes one optimizer step.</summary>
    /// <param name="cancellationToken">Cancels between micro-batches; the weights are then unchanged.</param>
    /// <exception cref="TrainingDivergedException">The loss or the gradients are not finite.</exception>
    public StepMetrics Step(CancellationToken cancellationToken = default)
    {
        if (_referenceLogps is null) PrecomputeReference(cancellationToken);
        return _loop.Step(
            i => _pairs[i].ChosenIds.Count + _pairs[i].RejectedIds.Count, batch => batch.Count, SumOfLosses, cancellationToken);
    }

    /// <summary>Saves what a later process needs to continue this run, to the last bit.</summary>
    /// <param name="folder">A folder of this run's own.</param>
    public void SaveState(string folder) => _loop.Save(folder, _referenceLogps is null ? [] : [(ReferenceTensor, _referenceLogps)]);

    /// <summary>Continues from a saved state of the same run.</summary>
    /// <exception cref="ModelFormatException">There is no state, it is damaged, or it belongs to another run.</exception>
    public void LoadState(string folder)
    {
        if (!_loop.Load(folder, ReferenceTensor).TryGetValue(ReferenceTensor, out var stored)) return;
        _referenceLogps?.Dispose();
        _referenceLogps = stored.to(_model.Device).DetachFromDisposeScope();
    }

    /// <summary>Frees optimizer, gradients and the reference's values; the adapters stay.</summary>
    public void Dispose()
    {
        _referenceLogps?.Dispose();
        _loop.Dispose();
    }

    private Tensor SumOfLosses(IReadOnlyList<int> batch, MeanMetrics metrics, Backpropagation back)
    {
        var policy = LogProbs(batch, _policy, back, metrics);
        var reference = _referenceLogps!.index_select(1, tensor(batch.Select(i => (long)i).ToArray(), device: _model.Device));
        var (losses, chosen, rejected) = DpoLoss.Compute(policy[0], policy[1], reference[0], reference[1], _config.Beta, _config.LossType);
        var sum = losses.sum();

        using var noGrad = no_grad();
        void Add(string name, Tensor values) => metrics.Add(name, values.sum().to_type(ScalarType.Float64).item<double>(), batch.Count);
        Add("rewards/chosen", chosen);
        Add("rewards/rejected", rejected);
        Add("rewards/margins", chosen - rejected);
        Add("rewards/accuracies", chosen.gt(rejected));
        Add("logps/chosen", policy[0]);
        Add("logps/rejected", policy[1]);
        return sum;
    }

    /// <summary>Log-probabilities of chosen and rejected completions in one forward pass, <c>[2, P]</c>.</summary>
    private Tensor LogProbs(IReadOnlyList<int> batch, LoraAdapter? adapter, Backpropagation? back = null, MeanMetrics? metrics = null)
    {
        var sequences = new CompletionBatch(
            [.. batch.Select(i => Chosen(_pairs[i])), .. batch.Select(i => Rejected(_pairs[i]))], _model.Device);
        var scores = sequences.Score(_model, adapter, back);
        metrics?.Add("entropy", scores.Entropies.sum().item<float>(), sequences.Labels.shape[0]);
        return sequences.PerSequence(scores.LogProbs, mean: _config.LossType == DpoLossType.Ipo).view(2, batch.Count);
    }

    private static SftExample Chosen(PreferenceExample pair) => new(pair.PromptIds, pair.ChosenIds);

    private static SftExample Rejected(PreferenceExample pair) => new(pair.PromptIds, pair.RejectedIds);
}
