using Sgasa.Contracts;

namespace Sgasa.Trainer.Checkpoints;

/// <summary>An id that no checkpoint can have.</summary>
public sealed class InvalidCheckpointIdException(string checkpointId) : UserErrorException(
    $"'{Shown(checkpointId)}' is no checkpoint id: write <round>/checkpoint/sft, <round>/checkpoint/dpo "
    + "or a plain name, with letters, digits, '.', '_' and '-' only, "
    + "and no dot at the beginning.")
{
    // The id comes from outside: keep the message one short line.
    private static string Shown(string id)
    {
        var line = id.ReplaceLineEndings(" ");
        return line.Length <= 80 ? line : line[..80] + "…";
    }
}
