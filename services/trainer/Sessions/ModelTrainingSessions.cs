using Sgasa.Contracts;
using Sgasa.Modeling;
using Sgasa.Modeling.Training;
using Sgasa.Trainer.Checkpoints;
using Sgasa.Trainer.Jobs;
using Sgasa.Trainer.Model;
using TorchSharp;

namespace Sgasa.Trainer.Sessions;

/// <summary>Opens trainings of the loaded model.</summary>
internal sealed class ModelTrainingSessions(
    ModelRuntime runtime, CheckpointFolders folders, ILogger<ModelTrainingSessions> logger) : ITrainingSessions
{
    public async Task<string> BaseModelAsync(CancellationToken cancellationToken) =>
        (await runtime.GetAsync(cancellationToken)).Fingerprint;

    public ITrainingSession Open(
        string jobId, TrainingSpecification specification, TrainingData data, string? stateFolder)
    {
        var model = runtime.Loaded;
        var plan = TrainingPlan.Make(jobId, specification, data, model);
        if (stateFolder is not null)
        {
            if (TrainingStateFile.Read(stateFolder) is { } header && header.Identity == plan.Identity)
            {
                try
                {
                    return Open(model, plan, jobId, specification, stateFolder, header.Losses);
                }
                catch (ModelFormatException fault)
                {
                    logger.StateUnusable(fault, jobId);
                }
            }
            else logger.StateOfAnother(jobId);
        }
        return Open(model, plan, jobId, specification, null, []);
    }

    private ModelTrainingSession Open(
        LoadedModel model, TrainingPlan plan, string jobId, TrainingSpecification specification, string? stateFolder,
        IReadOnlyList<double> losses)
    {
        using var scope = torch.NewDisposeScope();
        LoraAdapter? policy = null, reference = null;
        ITuner? tuner = null;
        try
        {
            policy = specification.ParentCheckpointId is { } parent
                ? Load(parent, model)
                : LoraAdapter.Create(
                    model.Config,
                    TrainingSettings.Lora(specification.Recipe.Lora),
                    TrainingSettings.AdapterSeed(jobId, specification.Seed),
                    model.Weights.Device);
            if (specification.Stage == Stage.Sft)
                tuner = new SftTuner(new SftTrainer(
                    model.Weights, policy, plan.Sft, TrainingSettings.Sft(jobId, specification, plan.MaxLength)));
            else
            {
                // The policy moves away from where it starts; a fresh adapter starts at the base model itself.
                reference = specification.ParentCheckpointId is null ? null : policy.Clone();
                tuner = new DpoTuner(new DpoTrainer(
                    model.Weights, policy, reference, plan.Preferences,
                    TrainingSettings.Dpo(jobId, specification, plan.MaxLength)));
            }
            if (stateFolder is not null) tuner.LoadState(stateFolder);
            return new ModelTrainingSession(model, plan, policy, reference, tuner, losses);
        }
        catch
        {
            tuner?.Dispose();
            policy?.Dispose();
            reference?.Dispose();
            throw;
        }
    }

    private LoraAdapter Load(string checkpointId, LoadedModel model)
    {
        var folder = folders.FolderOf(checkpointId);
        if (!File.Exists(Path.Combine(folder, "adapter_config.json")))
            throw new CheckpointNotFoundException(checkpointId, folder);
        return AdapterFolder.Load(folder, model.Config, model.Fingerprint, model.Weights.Device);
    }
}
