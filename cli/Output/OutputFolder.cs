using System.Globalization;
using Sgasa.Contracts;

namespace Sgasa.Cli.Output;

/// <summary>
/// The folder that rounds are kept in, held by this process alone until it is disposed of. The operating system lets go
/// of it when the process dies, however it dies.
/// </summary>
public sealed class OutputFolder : IDisposable
{
    private const string LockName = ".lock";
    private const string HolderName = ".lock.pid";

    private readonly FileStream _lock;

    private OutputFolder(string root, FileStream @lock)
    {
        Root = root;
        _lock = @lock;
    }

    /// <summary>The folder's full path.</summary>
    public string Root { get; }

    /// <summary>The database of rounds and artifacts.</summary>
    public string Database => DatabaseIn(Root);

    /// <summary>What the services log.</summary>
    public string LogFile => Path.Combine(Root, "logs", "sgasa.log");

    /// <summary>The trainer's own files: checkpoints, and the state of trainings.</summary>
    public string TrainerData => TrainerDataIn(Root);

    /// <summary>The folder of a round's results.</summary>
    public string RoundFolder(string roundId) => RoundFolderIn(Root, roundId);

    /// <summary>The database in an output folder.</summary>
    public static string DatabaseIn(string root) => Path.Combine(root, "sgasa.db");

    /// <summary>The trainer's own files in an output folder.</summary>
    public static string TrainerDataIn(string root) => Path.Combine(root, "trainer");

    /// <summary>The folder of a round's results in an output folder.</summary>
    public static string RoundFolderIn(string root, string roundId) => Path.Combine(root, "rounds", roundId);

    /// <summary>Makes the folder where it is missing, and takes hold of it.</summary>
    /// <exception cref="UserErrorException">It can't be written, or another process holds it.</exception>
    public static OutputFolder Open(string folderPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(folderPath);
        var root = Path.GetFullPath(folderPath);
        try
        {
            Directory.CreateDirectory(root);
            var path = Path.Combine(root, LockName);
            var folder = new OutputFolder(
                root, new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            File.WriteAllText(
                Path.Combine(root, HolderName), Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
            return folder;
        }
        catch (IOException fault) when (IsHeld(fault))
        {
            throw new UserErrorException(
                $"{folderPath}: another sgasa{Holder(root)} is working in this folder. Wait for it, or give --output FOLDER.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new UserErrorException(
                $"{folderPath}: the output folder can't be written ({fault.Message.TrimEnd('.')}). " +
                "Check its permissions, or give --output FOLDER.",
                fault);
        }
    }

    /// <summary>Lets go of the folder; the lock file stays, for removing it would race with the next process.</summary>
    public void Dispose()
    {
        _lock.Dispose();
    }

    // EWOULDBLOCK on Linux and macOS, a sharing or lock violation on Windows.
    private static bool IsHeld(IOException fault) => (fault.HResult & 0xFFFF) is 11 or 35 or 32 or 33;

    private static string Holder(string root)
    {
        try
        {
            return int.TryParse(File.ReadAllText(Path.Combine(root, HolderName)), out var id) ? $" (process {id})" : "";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
