namespace Sgasa.Modeling.Training;

/// <summary>A training in one call.</summary>
public static class Trainers
{
    /// <summary>Takes all steps that are left. <c>Train(options)</c> does so in a folder, with checkpoints.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="onStep">Called after every step.</param>
    /// <param name="cancellationToken">Cancels between micro-batches; the steps taken remain.</param>
    /// <returns>Mean loss of these steps; not a number where none was left.</returns>
    /// <exception cref="TrainingDivergedException">The loss or the gradients are not finite.</exception>
    public static double Train(
        this ITrainer trainer, Action<StepMetrics>? onStep = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        var (first, sum) = (trainer.CurrentStep, 0.0);
        while (trainer.CurrentStep < trainer.Steps)
        {
            var step = trainer.Step(cancellationToken);
            sum += step.Loss;
            onStep?.Invoke(step);
        }
        return sum / (trainer.CurrentStep - first);
    }
}
