namespace Sgasa.Modeling.Training;

/// <summary>A training in a folder, in one call.</summary>
public static class FineTuning
{
    /// <summary>Trains to the end, from the last checkpoint where the folder has one, as <see cref="FineTuningRun"/> does.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="options">The folder, and what is told meanwhile.</param>
    /// <param name="cancellationToken">Stops the run; it can be continued.</param>
    /// <exception cref="ModelFormatException">The folder holds something else, or can't be written.</exception>
    /// <exception cref="TrainingDivergedException">The loss or the gradients are not finite.</exception>
    public static FineTuningResult Train(
        this ITrainer trainer, FineTuningRunOptions options, CancellationToken cancellationToken = default) =>
        new FineTuningRun(trainer, options).Run(cancellationToken);
}
