using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Sgasa.Modeling.Training;

/// <summary>
/// What every fine-tuning run is told: batches, optimizer, schedule, and when to log, evaluate and save; names as in
/// transformers.
/// </summary>
public abstract record TrainingArguments : IValidatableObject
{
    /// <summary>Peak learning rate; its default is that of the kind of training.</summary>
    [Range(0.0, 10.0)] public double LearningRate { get; init; }

    /// <summary>How the learning rate goes on after the warm-up.</summary>
    [EnumDataType(typeof(LrSchedulerType))] public LrSchedulerType LrSchedulerType { get; init; } = LrSchedulerType.Cosine;

    /// <summary>Share of all steps in which the learning rate rises from 0; rounded up to whole steps.</summary>
    [Range(0.0, 1.0)] public double WarmupRatio { get; init; } = 0.1;

    /// <summary>Steps in which the learning rate rises from 0; null leaves it to <see cref="WarmupRatio"/>.</summary>
    [Range(0, int.MaxValue)] public int? WarmupSteps { get; init; }

    /// <summary>Passes over the examples; not used where <see cref="MaxSteps"/> is set.</summary>
    [Range(1, 10000)] public int NumTrainEpochs { get; init; } = 1;

    /// <summary>
    /// Optimizer steps of the run, over as many passes as it takes; null leaves it to <see cref="NumTrainEpochs"/>.
    /// </summary>
    [Range(1, int.MaxValue)] public int? MaxSteps { get; init; }

    /// <summary>Examples computed at once; the size of a micro-batch. It changes memory and speed, not the result.</summary>
    [Range(1, 65536)] public int PerDeviceTrainBatchSize { get; init; } = 8;

    /// <summary>Examples computed at once in an evaluation; it changes memory and speed, not the result.</summary>
    [Range(1, 65536)] public int PerDeviceEvalBatchSize { get; init; } = 8;

    /// <summary>Micro-batches of one optimizer step.</summary>
    [Range(1, 65536)] public int GradientAccumulationSteps { get; init; } = 1;

    /// <summary>
    /// Computes every layer a second time instead of keeping what its gradient needs: far less memory for long sequences, a
    /// third more arithmetic, and the same result to the last bit.
    /// </summary>
    public bool GradientCheckpointing { get; init; }

    /// <summary>Largest global norm of the gradients; larger ones are scaled down to it.</summary>
    [Range(1e-9, 1e9)] public double MaxGradNorm { get; init; } = 1;

    /// <summary>Decay of the mean of gradients.</summary>
    [Range(0.0, 0.999999)] public double AdamBeta1 { get; init; } = 0.9;

    /// <summary>Decay of the mean of squared gradients.</summary>
    [Range(0.0, 0.9999999)] public double AdamBeta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the mean of squared gradients.</summary>
    [Range(1e-20, 1.0)] public double AdamEpsilon { get; init; } = 1e-8;

    /// <summary>Decoupled weight decay.</summary>
    [Range(0.0, 1.0)] public double WeightDecay { get; init; }

    /// <summary>Seed of the order of examples, which changes with every epoch; null keeps the order given.</summary>
    public ulong? ShuffleSeed { get; init; } = 42;

    /// <summary>Longest sequence, prompt and completion together, in tokens; null is the model's own limit.</summary>
    [Range(2, int.MaxValue)] public int? MaxLength { get; init; }

    /// <summary>What happens to longer examples.</summary>
    [EnumDataType(typeof(TruncationMode))] public TruncationMode TruncationMode { get; init; }

    /// <summary>A run logs its metrics whenever it has taken this many more steps, and at its end.</summary>
    [Range(1, int.MaxValue)] public int LoggingSteps { get; init; } = 10;

    /// <summary>
    /// A run with an evaluation set evaluates whenever it has taken this many more steps; null is after each epoch.
    /// </summary>
    [Range(1, int.MaxValue)] public int? EvalSteps { get; init; }

    /// <summary>A run saves a checkpoint whenever it has taken this many more steps; null is after each epoch.</summary>
    [Range(1, int.MaxValue)] public int? SaveSteps { get; init; }

    /// <summary>Checkpoints that are kept, the newest and the best among them; null keeps all.</summary>
    [Range(1, int.MaxValue)] public int? SaveTotalLimit { get; init; }

    /// <summary>Whether a run's result is its best checkpoint instead of its last step.</summary>
    public bool LoadBestModelAtEnd { get; init; }

    /// <summary>The evaluation's metric that says which checkpoint is best, with or without <c>eval_</c> before it.</summary>
    [Required] public string MetricForBestModel { get; init; } = "eval_loss";

    /// <summary>Whether more of that metric is better; null is no for a loss and yes for anything else.</summary>
    public bool? GreaterIsBetter { get; init; }

    /// <summary>
    /// A run stops after this many evaluations in a row that were no better than the best; null never stops it.
    /// </summary>
    [Range(1, int.MaxValue)] public int? EarlyStoppingPatience { get; init; }

    /// <summary>How much better than the best counts as better, for stopping early.</summary>
    [Range(0.0, double.MaxValue)] public double EarlyStoppingThreshold { get; init; }

    /// <summary>Examples of one optimizer step.</summary>
    [JsonIgnore]
    public int EffectiveBatchSize => PerDeviceTrainBatchSize * GradientAccumulationSteps;

    /// <summary>Optimizer steps of a run over so many examples; the last step of a pass may have fewer.</summary>
    public int StepsFor(int examples) =>
        MaxSteps ?? (examples + EffectiveBatchSize - 1) / EffectiveBatchSize * NumTrainEpochs;

    /// <summary>Whether more of the metric that picks the best checkpoint is better.</summary>
    internal bool MoreIsBetter => GreaterIsBetter ?? !MetricForBestModel.EndsWith("loss", StringComparison.Ordinal);

    /// <inheritdoc/>
    public virtual IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => [];

    /// <summary>
    /// These arguments without what changes no step: a run may be continued with another logging interval, say, but not with
    /// another learning rate.
    /// </summary>
    internal TrainingArguments OfTheSteps() => this with
    {
        PerDeviceEvalBatchSize = 8,
        GradientCheckpointing = false,
        LoggingSteps = 10,
        EvalSteps = null,
        SaveSteps = null,
        SaveTotalLimit = null,
        LoadBestModelAtEnd = false,
        MetricForBestModel = "",
        GreaterIsBetter = null,
        EarlyStoppingPatience = null,
        EarlyStoppingThreshold = 0,
    };

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ValidationException">A setting is out of range; the message names it.</exception>
    internal void Check() => Validator.ValidateObject(this, new ValidationContext(this), validateAllProperties: true);
}
