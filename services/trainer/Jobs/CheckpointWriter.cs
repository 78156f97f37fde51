using System.Security.Cryptography;
using Sgasa.Contracts.Artifacts;
using Sgasa.Modeling.Training;
using Sgasa.Trainer.Checkpoints;
using Sgasa.Trainer.Specifications;

namespace Sgasa.Trainer.Jobs;

/// <summary>Turns a finished training into a checkpoint on disk.</summary>
public sealed class CheckpointWriter(CheckpointFolders locations, JobFolders folders)
{
    private const string ConfigFile = "adapter_config.json";
    private const string AdapterFile = "adapter_model.safetensors";
    private const string ResultFile = "train_results.json";

    /// <summary>Whether the checkpoint's adapter lies where it should, with the bytes it was stored with.</summary>
    public bool Exists(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var file = Path.Combine(locations.Root, checkpoint.Folder, AdapterFile);
        return File.Exists(file) && HashOf(file) == checkpoint.AdapterHash;
    }

    /// <summary>Puts a finished run's adapter where it is sampled from, all of it or nothing, and describes it.</summary>
    public Checkpoint Write(
        string jobId, TrainingSpecification specification, TrainingData data, string baseModel, FineTuningResult result)
    {
        ArgumentNullException.ThrowIfNull(specification);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(result);
        var folder = folders.SaveAdapter(jobId, target =>
        {
            // Who sent a training from outside a round gets its result file, too.
            string[] files = specification.Upload is null ? [ConfigFile, AdapterFile] : [ConfigFile, AdapterFile, ResultFile];
            foreach (var name in files) File.Copy(Path.Combine(folders.RunOf(jobId), name), Path.Combine(target, name));
        });
        return new Checkpoint
        {
            Id = jobId,
            RoundId = specification.RoundId,
            Stage = specification.Stage,
            ParentId = specification.ParentCheckpointId,
            BaseModel = baseModel,
            Folder = CheckpointFolders.Relative(jobId),
            AdapterHash = HashOf(Path.Combine(folder, AdapterFile)),
            DataHash = data.Hash,
            Pairs = result.ExampleCount,
            Steps = result.GlobalStep,
            FinalLoss = result.FinalLoss,
        };
    }

    private static string HashOf(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
