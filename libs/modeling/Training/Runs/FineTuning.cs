namespace Sgasa.Modeling.Training;

/// <summary>A training in a folder, in one call.</summary>
public static class FineTuning
{
    /// <summary>Trains to the end as <see cref="FineTuningRun"/> does, from the last checkpoint where there is one.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="options">The folder, and what is told meanwhile.</param>
    /// <param name="cancellationToken">Stops after the step at hand, with a checkpoint, so that nothing is lost.</param>
    /// <exception cref="ModelFormatException">A file of the run is damaged.</exception>
    /// <exception cref="TrainingFolderException">The folder can't be written, is in use, or holds another run.</exception>
    /// <exception cref="TrainingDivergedException">The loss or the gradients are not finite.</exception>
    public static FineTuningResult Train(
        this ITrainer trainer, FineTuningRunOptions options, CancellationToken cancellationToken = default)
    {
        using var run = FineTuningRun.Open(trainer, options, cancellationToken);
        return run.Train(cancellationToken);
    }

    /// <summary>Takes all steps that are left, and finishes.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Stops after the step at hand, with a checkpoint, so that nothing is lost.</param>
    /// <exception cref="TrainingDivergedException">The loss or the gradients are not finite.</exception>
    public static FineTuningResult Train(this IFineTuningRun run, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        try
        {
            while (!run.IsOver) run.Step(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            run.Checkpoint();
            throw;
        }
        return run.Finish();
    }
}
