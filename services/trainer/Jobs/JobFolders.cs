using System.Globalization;
using Sgasa.Trainer.Checkpoints;

namespace Sgasa.Trainer.Jobs;

/// <summary>
/// Writes training states and adapters so that a reader, or the trainer after a crash, only ever sees whole ones:
/// into a folder with a temporary name, which is then renamed.
/// </summary>
public sealed class JobFolders(CheckpointFolders folders)
{
    private const string Temporary = ".writing", Received = ".receiving";

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

    /// <summary>Takes a state in that another trainer saved.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="name">The state's folder name.</param>
    /// <param name="write">Writes it into a folder; whether there was one.</param>
    public Task<bool> ReceiveStateAsync(string jobId, string name, Func<string, Task<bool>> write)
    {
        var root = folders.StateOf(jobId);
        return ReceiveAsync(Path.Combine(root, Received), Path.Combine(root, name), write);
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
        var target = folders.OwnFolderOf(checkpointId);
        Replace(Beside(target, Temporary), target, write);
        return target;
    }

    /// <summary>Takes a checkpoint's adapter in that another trainer wrote, replacing an earlier one.</summary>
    /// <param name="checkpointId">The checkpoint.</param>
    /// <param name="write">Writes it into a folder; whether there was one.</param>
    public Task<bool> ReceiveAdapterAsync(string checkpointId, Func<string, Task<bool>> write)
    {
        var target = folders.OwnFolderOf(checkpointId);
        return ReceiveAsync(Beside(target, Received), target, write);
    }

    private static string Beside(string target, string suffix) =>
        Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}{suffix}");

    private static void Replace(string temporary, string target, Action<string> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        MakeEmpty(temporary);
        write(temporary);
        Rename(temporary, target);
    }

    private static async Task<bool> ReceiveAsync(string temporary, string target, Func<string, Task<bool>> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        MakeEmpty(temporary);
        var received = await write(temporary);
        if (received) Rename(temporary, target);
        else Directory.Delete(temporary, recursive: true);
        return received;
    }

    private static void MakeEmpty(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
    }

    private static void Rename(string temporary, string target)
    {
        if (Directory.Exists(target)) Directory.Delete(target, recursive: true);
        Directory.Move(temporary, target);
    }
}
