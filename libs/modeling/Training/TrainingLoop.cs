using System.Globalization;
using Sgasa.Modeling.Data;
using Sgasa.Modeling.Safetensors;
using Sgasa.Modeling.Training.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Training;

/// <summary>
/// What fine-tuning runs have in common: which examples a step takes, accumulation over micro-batches, clipping, the
/// optimizer's step, and a state that a run can be continued from to the last bit.
/// </summary>
internal sealed class TrainingLoop : IDisposable
{
    private const string StateFile = "training_state.safetensors";

    private readonly TrainingArguments _arguments;
    private readonly LoraAdapter _adapter;
    private readonly string _fingerprint;
    private readonly IReadOnlyList<int> _lengths;
    private readonly ExampleOrder _order;
    private readonly LearningRateSchedule _schedule;
    private readonly AdamW _optimizer;

    /// <summary>Prepares a run.</summary>
    /// <param name="arguments">Batches, optimizer and schedule.</param>
    /// <param name="adapter">What is trained.</param>
    /// <param name="lengths">Tokens of each example; like lengths share a micro-batch.</param>
    /// <param name="fingerprint">Names the run's data and settings, so that a state of another run is refused.</param>
    public TrainingLoop(TrainingArguments arguments, LoraAdapter adapter, IReadOnlyList<int> lengths, string fingerprint)
    {
        arguments.Check();
        if (adapter.Config.LoraDropout != 0)
        {
            throw new ArgumentException(
                $"The adapter was trained with dropout {adapter.Config.LoraDropout}, which is not supported: set its lora_dropout to 0.",
                nameof(adapter));
        }
        if (lengths.Count == 0) throw new ArgumentException("There are no examples to train on.", nameof(lengths));
        (_arguments, _adapter, _lengths, _fingerprint) = (arguments, adapter, lengths, fingerprint);
        _order = new ExampleOrder(
            lengths.Count, arguments.EffectiveBatchSize, arguments.NumTrainEpochs, arguments.ShuffleSeed, arguments.MaxSteps);
        _schedule = LearningRateSchedule.Of(arguments, _order.Steps);
        _optimizer = new AdamW(
            adapter.Parameters, arguments.AdamBeta1, arguments.AdamBeta2, arguments.AdamEpsilon, arguments.WeightDecay);
    }

    /// <summary>Names the run's data and settings.</summary>
    public string Fingerprint => _fingerprint;

    /// <summary>Steps of one pass over the examples.</summary>
    public int StepsPerEpoch => _order.StepsPerEpoch;

    /// <summary>Steps of the whole run.</summary>
    public int Steps => _order.Steps;

    /// <summary>Steps taken.</summary>
    public int CurrentStep { get; private set; }

    /// <summary>Takes the next step.</summary>
    /// <param name="tokensOf">Completion tokens of an example, and all its tokens.</param>
    /// <param name="lossOf">A micro-batch's share of the loss of a step's examples, the second list.</param>
    /// <param name="cancellationToken">Cancels between micro-batches; the weights are then unchanged.</param>
    public StepMetrics Step(
        Func<int, (long Completion, long All)> tokensOf,
        Func<IReadOnlyList<int>, IReadOnlyList<int>, MeanMetrics, Backpropagation, Tensor> lossOf,
        CancellationToken cancellationToken)
    {
        if (CurrentStep >= Steps) throw new InvalidOperationException($"All {Steps} steps are taken.");
        using var step = NewDisposeScope();
        var examples = _order.Of(CurrentStep);
        var metrics = new MeanMetrics();
        var loss = 0.0;

        _optimizer.ZeroGrad();
        foreach (var microBatch in examples.OrderBy(i => _lengths[i]).ThenBy(i => i).Chunk(_arguments.PerDeviceTrainBatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var forward = NewDisposeScope(); // activations go before the next micro-batch comes
            var back = new Backpropagation(_arguments.GradientCheckpointing);
            var share = lossOf(microBatch, examples, metrics, back);
            back.Backward(share);
            loss += share.item<float>();
        }

        var learningRate = _schedule.LearningRate(CurrentStep);
        var gradNorm = _optimizer.ClipGradNorm(_arguments.MaxGradNorm);
        if (!double.IsFinite(loss) || !double.IsFinite(gradNorm))
            throw new TrainingDivergedException(CurrentStep + 1, loss, gradNorm);
        _optimizer.Step(learningRate);
        _adapter.Revision++;
        CurrentStep++;
        return new StepMetrics
        {
            Step = CurrentStep,
            Epoch = _order.EpochAfter(CurrentStep),
            Loss = loss,
            GradNorm = gradNorm,
            LearningRate = learningRate,
            Tokens = examples.Sum(i => tokensOf(i).Completion),
            InputTokens = examples.Sum(i => tokensOf(i).All),
            Means = metrics.Means(),
        };
    }

    /// <summary>Writes everything that the next step depends on.</summary>
    /// <param name="folder">A folder; made if it is not there, an older state in it is replaced.</param>
    /// <param name="more">Tensors of the trainer's own.</param>
    public void Save(string folder, params (string Name, Tensor Value)[] more)
    {
        Directory.CreateDirectory(folder);
        (string Name, Tensor Value)[] tensors =
        [
            ("adapter", _adapter.Parameters.Values), ("exp_avg", _optimizer.ExpAvg), ("exp_avg_sq", _optimizer.ExpAvgSq), .. more,
        ];
        SafetensorsWriter.Write(
            Path.Combine(folder, StateFile),
            tensors.Select(tensor => TensorToWrite.Of(tensor.Name, tensor.Value)),
            new Dictionary<string, string>
            {
                ["step"] = CurrentStep.ToString(CultureInfo.InvariantCulture),
                ["run"] = _fingerprint,
            });
    }

    /// <summary>Continues from a saved state.</summary>
    /// <param name="folder">Where it was saved.</param>
    /// <param name="more">Names of the trainer's own tensors; those that the state has are returned.</param>
    /// <exception cref="ModelFormatException">There is no state, it is damaged, or it belongs to another run.</exception>
    public Dictionary<string, Tensor> Load(string folder, params string[] more)
    {
        var path = Path.Combine(folder, StateFile);
        using var file = SafetensorsFile.Open(path);
        if (file.Metadata.GetValueOrDefault("run") != _fingerprint)
        {
            throw new ModelFormatException(path, "it is the state of a run with other examples or settings",
                "Start this run without it");
        }
        var step = file.Metadata.GetValueOrDefault("step");
        if (!int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var saved) || saved > Steps)
        {
            throw new ModelFormatException(path, "it does not say which step it belongs to");
        }
        (string Name, Tensor Target)[] targets =
            [("adapter", _adapter.Parameters.Values), ("exp_avg", _optimizer.ExpAvg), ("exp_avg_sq", _optimizer.ExpAvgSq)];
        foreach (var (name, target) in targets)
        {
            if (file.Find(name) is { } entry && entry.Shape.SequenceEqual(target.shape)) continue;
            throw new ModelFormatException($"{path}, tensor '{name}'", "it is missing or of another shape",
                "Start this run without it");
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, target) in targets) target.copy_(file.Read(name));
        (CurrentStep, _optimizer.StepCount) = (saved, saved);
        _adapter.Revision++;
        return more.Where(name => file.Find(name) is not null)
            .ToDictionary(name => name, name => file.Read(name).MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        _adapter.Parameters.ReleaseGradients();
    }
}
