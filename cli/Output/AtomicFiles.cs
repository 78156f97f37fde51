namespace Sgasa.Cli.Output;

/// <summary>Files and folders that are there whole or not at all: written under a temporary name, then renamed.</summary>
internal static class AtomicFiles
{
    private const string Suffix = ".partial";

    /// <summary>Writes a text file with line feeds, replacing an older one.</summary>
    public static async Task WriteAsync(string path, IAsyncEnumerable<string> lines, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var partial = path + Suffix;
        await using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16, true))
        await using (var writer = new StreamWriter(file) { NewLine = "\n" })
        {
            await foreach (var line in lines.WithCancellation(cancellationToken)) await writer.WriteLineAsync(line);
            await writer.FlushAsync(cancellationToken);
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
    }

    /// <summary>Writes a text file from one text.</summary>
    public static Task WriteAsync(string path, string text, CancellationToken cancellationToken) =>
        WriteAsync(path, new[] { text.TrimEnd('\n') }.ToAsyncEnumerable(), cancellationToken);

    /// <summary>Copies a folder's files, replacing an older copy of the folder.</summary>
    public static void CopyFolder(string source, string target)
    {
        var partial = Begin(target);
        foreach (var file in Directory.EnumerateFiles(source).Order(StringComparer.Ordinal))
            File.Copy(file, Path.Combine(partial, Path.GetFileName(file)));
        Complete(partial, target);
    }

    /// <summary>Makes a folder from what is written into an empty one, replacing an older folder.</summary>
    /// <param name="target">The folder.</param>
    /// <param name="fill">Writes the files into the folder it is given.</param>
    public static async Task WriteFolderAsync(string target, Func<string, Task> fill)
    {
        var partial = Begin(target);
        await fill(partial);
        Complete(partial, target);
    }

    private static string Begin(string target)
    {
        var partial = target + Suffix;
        if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
        Directory.CreateDirectory(partial);
        return partial;
    }

    private static void Complete(string partial, string target)
    {
        // A folder can't replace another in one step; a crash in between leaves none, and the next export makes it.
        if (Directory.Exists(target)) Directory.Delete(target, recursive: true);
        Directory.Move(partial, target);
    }
}
