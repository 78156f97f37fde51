namespace Sgasa.Modeling.Training;

/// <summary>The loss or the gradients stopped being finite; the weights are still those of the step before.</summary>
public sealed class TrainingDivergedException(int step, double loss, double gradNorm)
    : Exception($"Training diverged in step {step}: loss {loss}, gradient norm {gradNorm}. Use a lower learning rate.")
{
    /// <summary>The step that failed, from 1.</summary>
    public int Step { get; } = step;

    /// <summary>Its loss.</summary>
    public double Loss { get; } = loss;

    /// <summary>Its gradients' global norm.</summary>
    public double GradNorm { get; } = gradNorm;
}
