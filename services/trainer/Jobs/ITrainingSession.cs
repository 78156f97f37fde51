namespace Sgasa.Trainer.Jobs;

/// <summary>A training in memory. Every member is called from the device thread only.</summary>
public interface ITrainingSession : IDisposable
{
    /// <summary>Fingerprint of the base model.</summary>
    string BaseModel { get; }

    /// <summary>Optimizer steps taken.</summary>
    int Step { get; }

    /// <summary>Optimizer steps in all.</summary>
    int Steps { get; }

    /// <summary>Examples that are trained on; longer ones were left out.</summary>
    int Examples { get; }

    /// <summary>Examples longer than the recipe's limit.</summary>
    int TooLong { get; }

    /// <summary>Mean loss of the last tenth of the steps taken, at least of one.</summary>
    double FinalLoss { get; }

    /// <summary>Takes one optimizer step.</summary>
    TrainingStep TakeStep();

    /// <summary>
    /// Writes into an existing empty folder what <see cref="ITrainingSessions.Open"/> needs to go on bit for bit.
    /// </summary>
    void SaveState(string folder);

    /// <summary>Writes the adapter into an existing empty folder, in PEFT's format.</summary>
    void SaveAdapter(string folder);
}

/// <summary>What one optimizer step reports.</summary>
/// <param name="Loss">Loss of the step.</param>
/// <param name="Tokens">Tokens through the model, padding not counted.</param>
/// <param name="Metrics">Figures of the step under TRL's names.</param>
public sealed record TrainingStep(double Loss, long Tokens, IReadOnlyDictionary<string, double> Metrics);

/// <summary>Opens trainings on the device.</summary>
public interface ITrainingSessions
{
    /// <summary>Fingerprint of the base model that is trained, once it is loaded; from any thread.</summary>
    Task<string> BaseModelAsync(CancellationToken cancellationToken);

    /// <summary>Prepares a training, or continues one from its saved state; called from the device thread.</summary>
    /// <param name="jobId">The job, whose id the seeds derive from.</param>
    /// <param name="specification">What to train.</param>
    /// <param name="data">The examples.</param>
    /// <param name="stateFolder">A folder that <see cref="ITrainingSession.SaveState"/> wrote, or null to
    /// begin.</param>
    /// <exception cref="TrainingFailedException">It cannot be trained; the message says why.</exception>
    ITrainingSession Open(string jobId, TrainingSpecification specification, TrainingData data, string? stateFolder);
}
