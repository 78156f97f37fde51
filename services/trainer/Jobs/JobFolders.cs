using System.Globalization;
using Sgasa.Trainer.Checkpoints;

namespace Sgasa.Trainer.Jobs;

/// <summary>
/// Writes training states and adapters so that a reader, or the trainer after a crash, only ever sees whole ones:
/// into a folder with a temporary name, which is then renamed.
/// </summary>
public sealed class JobFolders(CheckpointFolders folders)
{
    private const string Temporary = ".writing";

    /// <summary>The newest whole state of a job, or null.</summary>
    public string? NewestState(string jobId)
    {
        var root = folders.StateOf(jobId);
        return Directory.Exists(root)
            ? Directory.EnumerateDirectories(root, "step-*").Max(StringComparer.Ordinal)
            : null;
    }

    /// <summary>Writes a state through <paramref name="write"/> and then removes the older ones.</summary>
    public void SaveState(string jobId, int step, Action<string> write)
    {
        var root = folders.StateOf(jobId);
        var state = Path.Combine(root, "step-" + step.ToString("D8", CultureInfo.InvariantCulture));
        if (!Directory.Exists(state)) Replace(Path.Combine(root, Temporary), state, write);
        foreach (var other in Directory.EnumerateDirectories(root, "step-*"))
        {
            if (!string.Equals(other, state, StringComparison.Ordinal)) Directory.Delete(other, recursive: true);
        }
    }

    /// <summary>Forgets a job's states.</summary>
    public void RemoveState(string jobId)
    {
        var root = folders.StateOf(jobId);
        if (!Directory.Exists(root)) return;
        Directory.Delete(root, recursive: true);
        try
        {
            Directory.Delete(Path.GetDirectoryName(root)!);
        }
        catch (IOException)
        {
            // The round's other job has its state there.
        }
    }

    /// <summary>Writes a checkpoint's adapter through <paramref name="write"/>, replacing an earlier one.</summary>
    /// <returns>The adapter's folder.</returns>
    public string SaveAdapter(string checkpointId, Action<string> write)
    {
        var target = Path.Combine(folders.Root, CheckpointFolders.Relative(checkpointId));
        Replace(Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}{Temporary}"), target, write);
        return target;
    }

    private static void Replace(string temporary, string target, Action<string> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        Directory.CreateDirectory(temporary);
        write(temporary);
        if (Directory.Exists(target)) Directory.Delete(target, recursive: true);
        Directory.Move(temporary, target);
    }
}
