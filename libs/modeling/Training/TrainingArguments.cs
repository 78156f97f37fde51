using System.ComponentModel.DataAnnotations;

namespace Sgasa.Modeling.Training;

/// <summary>What every fine-tuning run is told: batches, optimizer and schedule; names as in transformers.</summary>
public abstract record TrainingArguments
{
    /// <summary>Peak learning rate.</summary>
    [Range(0.0, 10.0)] public double LearningRate { get; init; } = 5e-4;

    /// <summary>Share of all steps in which the learning rate rises from 0; rounded up to whole steps.</summary>
    [Range(0.0, 1.0)] public double WarmupRatio { get; init; } = 0.1;

    /// <summary>Passes over the examples.</summary>
    [Range(1, 10000)] public int NumTrainEpochs { get; init; } = 1;

    /// <summary>Examples computed at once; the size of a micro-batch. It changes memory and speed, not the result.</summary>
    [Range(1, 65536)] public int PerDeviceTrainBatchSize { get; init; } = 8;

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

    /// <summary>Examples of one optimizer step.</summary>
    public int EffectiveBatchSize => PerDeviceTrainBatchSize * GradientAccumulationSteps;
}

/// <summary>Supervised fine-tuning on completions.</summary>
public sealed record SftConfig : TrainingArguments;

/// <summary>Direct preference optimisation.</summary>
public sealed record DpoConfig : TrainingArguments
{
    /// <summary>β: how strongly the policy is held to the reference; larger is stronger.</summary>
    [Range(1e-6, 1000.0)] public double Beta { get; init; } = 0.1;

    /// <summary>Which loss of the margin is used.</summary>
    public DpoLossType LossType { get; init; } = DpoLossType.Sigmoid;
}
