namespace Sgasa.Modeling.Training;

/// <summary>What one optimizer step measured, before it changed the weights.</summary>
public sealed record StepMetrics
{
    /// <summary>Steps taken, this one included.</summary>
    public required int Step { get; init; }

    /// <summary>Passes over the examples so far.</summary>
    public required double Epoch { get; init; }

    /// <summary>Loss of the step's examples.</summary>
    public required double Loss { get; init; }

    /// <summary>Global norm of the gradients before clipping.</summary>
    public required double GradNorm { get; init; }

    /// <summary>Learning rate of this step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Completion tokens of this step.</summary>
    public required long Tokens { get; init; }

    /// <summary>All tokens that went through the policy in this step, prompts included.</summary>
    public long InputTokens { get; init; }

    /// <summary>
    /// Further means under TRL's names: <c>entropy</c>; <c>mean_token_accuracy</c>; for preferences <c>rewards/chosen</c>,
    /// <c>rewards/rejected</c>, <c>rewards/margins</c>, <c>rewards/accuracies</c>, <c>logps/chosen</c>, <c>logps/rejected</c>.
    /// </summary>
    public IReadOnlyDictionary<string, double> Means { get; init; } = new Dictionary<string, double>();
}
