using Sgasa.Contracts;

namespace Sgasa.Trainer.Checkpoints;

/// <summary>No adapter lies where the checkpoint's should.</summary>
public sealed class CheckpointNotFoundException(string checkpointId, string folder) : UserErrorException(
    $"There is no checkpoint '{checkpointId}': {folder} holds no adapter_config.json; "
    + "train it, or copy a PEFT adapter there.")
{
    /// <summary>The id asked for.</summary>
    public string CheckpointId { get; } = checkpointId;
}
