namespace Sgasa.Modeling.Training;

/// <summary>
/// A fine-tuning that goes step by step: <see cref="Step"/> until <see cref="IsOver"/>, then <see cref="Finish"/>. Whoever
/// drives it may stop between any two calls; after <see cref="Checkpoint"/> nothing of it is lost.
/// </summary>
/// <remarks>All calls belong to the one thread that owns the model.</remarks>
public interface IFineTuningRun : IDisposable
{
    /// <summary>Optimizer steps taken, those of earlier processes included.</summary>
    int GlobalStep { get; }

    /// <summary>Optimizer steps of the whole run; it may end before, where it gets no better.</summary>
    int MaxSteps { get; }

    /// <summary>Examples that are trained on.</summary>
    int ExampleCount { get; }

    /// <summary>Examples left out, as too long.</summary>
    int Dropped { get; }

    /// <summary>The step of the newest checkpoint; 0 where there is none.</summary>
    int CheckpointStep { get; }

    /// <summary>Whether no step is left.</summary>
    bool IsOver { get; }

    /// <summary>
    /// Takes one optimizer step, and does what is due after it: logs, evaluates, and checkpoints at the interval set.
    /// </summary>
    /// <exception cref="TrainingDivergedException">The loss or the gradients are not finite.</exception>
    /// <exception cref="InvalidOperationException">The run is over.</exception>
    StepMetrics Step(CancellationToken cancellationToken = default);

    /// <summary>Makes a checkpoint where the run stands, unless there is one.</summary>
    void Checkpoint();

    /// <summary>Writes adapter and result into the run's folder; at once where that was done before.</summary>
    /// <exception cref="InvalidOperationException">The run is not over.</exception>
    FineTuningResult Finish();
}
