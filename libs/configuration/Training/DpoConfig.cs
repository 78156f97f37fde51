using System.ComponentModel.DataAnnotations;

namespace Sgasa.Modeling.Training;

/// <summary>Direct preference optimisation; names as in TRL.</summary>
public sealed record DpoConfig : TrainingArguments
{
    /// <summary>TRL's defaults, with the learning rate that it recommends for LoRA: ten times its own.</summary>
    public DpoConfig() => LearningRate = 1e-5;

    /// <summary>β: how strongly the policy is held to the reference; larger is stronger.</summary>
    [Range(1e-6, 1000.0)] public double Beta { get; init; } = 0.1;

    /// <summary>Which loss of the margin is used.</summary>
    [EnumDataType(typeof(DpoLossType))] public DpoLossType LossType { get; init; } = DpoLossType.Sigmoid;

    /// <summary>
    /// ε: the share of pairs taken to be labelled the wrong way round (conservative DPO), at most a half; only with
    /// <see cref="DpoLossType.Sigmoid"/>.
    /// </summary>
    [Range(0.0, 0.5)] public double LabelSmoothing { get; init; }

    /// <summary>Whether the reference is taken to give every completion the same probability, so that none is needed.</summary>
    public bool ReferenceFree { get; init; }

    /// <summary>
    /// Whether the reference's log-probabilities are computed once, before the first step, and kept in the run's state;
    /// otherwise each step computes those of its pairs. Not used where the pairs bring them.
    /// </summary>
    public bool PrecomputeRefLogProbs { get; init; } = true;

    /// <summary>
    /// α: adds α times the mean negative log-likelihood of the chosen completions' tokens, of the whole step (RPO); null adds
    /// nothing.
    /// </summary>
    [Range(0.0, 1000.0)] public double? RpoAlpha { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (LabelSmoothing > 0 && LossType != DpoLossType.Sigmoid)
        {
            yield return new ValidationResult(
                $"Label smoothing is defined for the sigmoid loss alone, not for {LossType}: set it to 0.",
                [nameof(LabelSmoothing)]);
        }
    }
}
