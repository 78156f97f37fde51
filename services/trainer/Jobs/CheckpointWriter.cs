using System.Security.Cryptography;
using Sgasa.Contracts.Artifacts;
using Sgasa.Trainer.Checkpoints;

namespace Sgasa.Trainer.Jobs;

/// <summary>Turns a finished training into a checkpoint on disk.</summary>
public sealed class CheckpointWriter(CheckpointFolders locations, JobFolders folders)
{
    private const string AdapterFile = "adapter_model.safetensors";

    /// <summary>Whether the checkpoint's adapter lies where it should, with the bytes it was stored with.</summary>
    public bool Exists(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var file = Path.Combine(locations.Root, checkpoint.Folder, AdapterFile);
        return File.Exists(file) && HashOf(file) == checkpoint.AdapterHash;
    }

    /// <summary>Writes the adapter, all of it or nothing, and describes it; called from the device thread.</summary>
    public Checkpoint Write(
        string jobId, TrainingSpecification specification, TrainingData data, ITrainingSession session)
    {
        ArgumentNullException.ThrowIfNull(specification);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(session);
        var folder = folders.SaveAdapter(jobId, session.SaveAdapter);
        return new Checkpoint
        {
            Id = jobId,
            RoundId = specification.RoundId,
            Stage = specification.Stage,
            ParentId = specification.ParentCheckpointId,
            BaseModel = session.BaseModel,
            Folder = CheckpointFolders.Relative(jobId),
            AdapterHash = HashOf(Path.Combine(folder, AdapterFile)),
            DataHash = data.Hash,
            Pairs = session.Examples,
            Steps = session.Steps,
            FinalLoss = session.FinalLoss,
        };
    }

    private static string HashOf(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
