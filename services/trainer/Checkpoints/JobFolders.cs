using Sgasa.Modeling.Training;

namespace Sgasa.Trainer.Checkpoints;

/// <summary>
/// The folders of jobs. Adapters and states come into them so that a reader, or the trainer after a crash, only ever sees whole
/// ones: into a folder with a temporary name, which is then renamed.
/// </summary>
public sealed class JobFolders(CheckpointFolders folders)
{
    private const string Temporary = ".writing", Received = ".receiving";

    /// <summary>The folder of a job's run, whether it exists or not.</summary>
    public string RunOf(string jobId) => folders.StateOf(jobId);

    /// <summary>The steps behind the newest checkpoint of a job's run; 0 where there is none.</summary>
    public int NewestState(string jobId) => RunCheckpoints.In(RunOf(jobId)) is [var newest, ..] ? newest : 0;

    /// <summary>Takes a state in that another trainer saved.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="step">The steps behind it.</param>
    /// <param name="write">Writes it into a folder; whether there was one.</param>
    public Task<bool> ReceiveStateAsync(string jobId, int step, Func<string, Task<bool>> write) => ReceiveAsync(
        Path.Combine(RunOf(jobId), Received), Path.Combine(RunOf(jobId), RunCheckpoints.NameOf(step)), write);

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
