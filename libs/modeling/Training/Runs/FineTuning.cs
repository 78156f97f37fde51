namespace Sgasa.Modeling.Training;

/// <summary>A training in a folder, in one call.</summary>
public static class FineTuning
{
    /// <summary>Trains to the end as <see cref="FineTuningRun"/> does, from the last checkpoint where there is one.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="options">The folder, and what is told meanwhile.</param>
    /// <param name="cancellationToken">Stops the run; it can be continued.</param>
    /// <exception cref="ModelFormatException">The folder can't be written, is in use, or holds another run.</exception>
    /// <exception cref="TrainingDivergedException">The loss or the gradients are not finite.</exception>
    public static FineTuningResult Train(
        this ITrainer trainer, FineTuningRunOptions options, CancellationToken cancellationToken = default) =>
        new FineTuningRun(trainer, options).Run(cancellationToken);
}
