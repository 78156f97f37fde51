namespace Sgasa.Modeling.Training.Runs;

/// <summary>A run's folder, held by one process at a time: its checkpoints, and the names of its files.</summary>
internal sealed class RunFolder : IDisposable
{
    /// <summary>Name of the result's file.</summary>
    public const string ResultName = "train_results.json";

    private const string LockName = ".lock";
    private const string Partial = ".partial";

    private readonly FileStream _lock;

    private RunFolder(string root, FileStream @lock) => (Root, _lock) = (root, @lock);

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>Metrics as JSON Lines.</summary>
    public string MetricsFile => Path.Combine(Root, "metrics.jsonl");

    /// <summary>Folder of the TensorBoard events.</summary>
    public string TensorBoardFolder => Path.Combine(Root, "runs");

    /// <summary>Written last; where it is, the run is over.</summary>
    public string ResultFile => Path.Combine(Root, ResultName);

    /// <summary>Takes hold of a folder, and clears away what a crash left half-written.</summary>
    /// <exception cref="TrainingFolderException">It can't be written, or another process holds it.</exception>
    public static RunFolder Open(string root)
    {
        try
        {
            Directory.CreateDirectory(root);
            var path = Path.Combine(root, LockName);
            var handle = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            foreach (var rest in Directory.EnumerateDirectories(root, "checkpoint-*" + Partial))
                Directory.Delete(rest, recursive: true);
            return new RunFolder(root, handle);
        }
        catch (IOException e) when ((e.HResult & 0xFFFF) is 11 or 35 or 32 or 33) // EWOULDBLOCK; sharing or lock violation
        {
            throw new TrainingFolderException(
                root, "another process is training in this folder", "Wait for it, or choose another folder", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new TrainingFolderException(root, "can't be written: " + e.Message, "Choose a folder that can be written to", e);
        }
    }

    /// <summary>The checkpoint of a step.</summary>
    public string CheckpointOf(int step) => Path.Combine(Root, RunCheckpoints.NameOf(step));

    /// <summary>Steps of which there is a checkpoint, the newest first.</summary>
    public IReadOnlyList<int> Checkpoints() => RunCheckpoints.In(Root);

    /// <summary>Makes a checkpoint, whole or not at all; an older one of that step is replaced.</summary>
    /// <param name="step">The step.</param>
    /// <param name="write">Writes into the folder given.</param>
    public void Save(int step, Action<string> write)
    {
        var target = CheckpointOf(step);
        var partial = target + Partial;
        try
        {
            if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
            Directory.CreateDirectory(partial);
            write(partial);
            if (Directory.Exists(target)) Directory.Delete(target, recursive: true);
            Directory.Move(partial, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingFolderException(target, "can't be written: " + e.Message, "See whether the disk is full", e);
        }
    }

    /// <summary>Removes the oldest checkpoints beyond a limit, but neither the newest nor the best.</summary>
    public void Prune(int? limit, int? best)
    {
        if (limit is not { } keep) return;
        var checkpoints = Checkpoints();
        var spare = checkpoints.Count - keep;
        foreach (var step in checkpoints.Reverse().Where(step => step != best && step != checkpoints[0]).Take(Math.Max(0, spare)))
            Directory.Delete(CheckpointOf(step), recursive: true);
    }

    /// <summary>Lets go of the folder; the lock file stays, for removing it would race with the next process.</summary>
    public void Dispose() => _lock.Dispose();
}
