namespace Sgasa.Modeling.Training;

/// <summary>
/// A run together with what it trains: the adapter, for DPO its reference, and the trainer, made and disposed of as one.
/// </summary>
/// <remarks>All calls belong to the one thread that owns the model.</remarks>
public sealed class AdapterFineTuning : IFineTuningRun
{
    private readonly LoraAdapter _policy;
    private readonly LoraAdapter? _reference;
    private readonly FineTuningRun _run;

    private AdapterFineTuning(LoraAdapter policy, LoraAdapter? reference, ITrainer trainer, FineTuningRun run) =>
        (_policy, _reference, Trainer, _run) = (policy, reference, trainer, run);

    /// <summary>Begins a run, or goes on from its folder's last checkpoint.</summary>
    /// <param name="model">The model; its weights stay as they are.</param>
    /// <param name="policy">The adapter to begin with, which the run takes over.</param>
    /// <param name="isFresh">
    /// Whether it is new, and so the model itself: DPO's reference is then the model, otherwise the adapter as it is.
    /// </param>
    /// <param name="sets">What is trained on.</param>
    /// <param name="arguments">Settings of the run.</param>
    /// <param name="options">Where the run keeps what it makes.</param>
    /// <param name="cancellationToken">Cancels an evaluation that was due when an earlier process ended.</param>
    /// <exception cref="ArgumentException">There is nothing to train on, or not with these settings; the message says why.</exception>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">A setting is out of range.</exception>
    /// <exception cref="ModelFormatException">A file of the run is damaged.</exception>
    /// <exception cref="TrainingFolderException">The folder can't be written, is in use, or holds another run.</exception>
    public static AdapterFineTuning Open(
        CausalLM model,
        LoraAdapter policy,
        bool isFresh,
        TrainingSets sets,
        TrainingArguments arguments,
        FineTuningRunOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(sets);
        LoraAdapter? reference = null;
        ITrainer? trainer = null;
        try
        {
            reference = isFresh || arguments is not DpoConfig ? null : policy.Clone();
            trainer = sets.Trainer(model, policy, reference, arguments);
            return new AdapterFineTuning(
                policy, reference, trainer, FineTuningRun.Open(trainer, options, cancellationToken));
        }
        catch
        {
            trainer?.Dispose();
            reference?.Dispose();
            policy.Dispose();
            throw;
        }
    }

    /// <summary>The trainer, for its figures.</summary>
    public ITrainer Trainer { get; }

    /// <inheritdoc/>
    public int GlobalStep => _run.GlobalStep;

    /// <inheritdoc/>
    public int MaxSteps => _run.MaxSteps;

    /// <inheritdoc/>
    public int ExampleCount => _run.ExampleCount;

    /// <inheritdoc/>
    public int Dropped => _run.Dropped;

    /// <inheritdoc/>
    public int CheckpointStep => _run.CheckpointStep;

    /// <inheritdoc/>
    public bool IsOver => _run.IsOver;

    /// <inheritdoc/>
    public StepMetrics Step(CancellationToken cancellationToken = default) => _run.Step(cancellationToken);

    /// <inheritdoc/>
    public void Checkpoint() => _run.Checkpoint();

    /// <inheritdoc/>
    public FineTuningResult Finish() => _run.Finish();

    /// <inheritdoc/>
    public void Dispose()
    {
        _run.Dispose();
        Trainer.Dispose();
        _reference?.Dispose();
        _policy.Dispose();
    }
}
