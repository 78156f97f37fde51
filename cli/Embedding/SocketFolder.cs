using System.Text;

namespace Sgasa.Cli.Embedding;

/// <summary>A temporary folder of this process alone, short enough for the path of a Unix socket.</summary>
internal sealed class SocketFolder : IDisposable
{
    // sun_path has 108 bytes, the closing zero included; the random part of the folder's name has six.
    private const int LongestTemporaryPath = 80;

    private SocketFolder(string path) => Path = path;

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The address of the trainer's socket.</summary>
    public string Address => "unix:" + System.IO.Path.Combine(Path, "trainer.sock");

    /// <summary>Makes the folder; only this user can enter it.</summary>
    public static SocketFolder Create()
    {
        if (OperatingSystem.IsWindows() || Encoding.UTF8.GetByteCount(System.IO.Path.GetTempPath()) <= LongestTemporaryPath)
            return new SocketFolder(Directory.CreateTempSubdirectory("sgasa-").FullName);

        // The user's temporary folder is too deep for a socket. The process id is free: its owner is this process.
        var path = System.IO.Path.Combine("/tmp", $"sgasa-{Environment.ProcessId}");
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new SocketFolder(path);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It lies in the temporary folder: somebody else sweeps there.
        }
    }
}
