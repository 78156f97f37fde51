using Sgasa.Modeling.Training;
using Sgasa.Trainer.Specifications;

namespace Sgasa.Trainer.Trainings;

/// <summary>Opens fine-tunings of the loaded model.</summary>
public interface ITrainings
{
    /// <summary>Fingerprint of the base model that is trained, once it is loaded; from any thread.</summary>
    Task<string> BaseModelAsync(CancellationToken cancellationToken);

    /// <summary>Turns a job's data into token ids; from any thread.</summary>
    /// <exception cref="TrainingFailedException">Something of it can't be trained on; the message says what.</exception>
    Task<TrainingSets> EncodeAsync(
        TrainingSpecification specification, TrainingData data, CancellationToken cancellationToken);

    /// <summary>Begins a run in its folder, or goes on from the folder's newest checkpoint; called from the device thread.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="specification">What to train.</param>
    /// <param name="data">The job's data.</param>
    /// <param name="sets">The same as token ids.</param>
    /// <param name="folder">The run's folder. What lies there of another run is removed.</param>
    /// <exception cref="TrainingFailedException">It cannot be trained; the message says why.</exception>
    IFineTuningRun Open(
        string jobId, TrainingSpecification specification, TrainingData data, TrainingSets sets, string folder);
}
