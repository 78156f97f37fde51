using System.Text.RegularExpressions;

namespace Sgasa.Artifacts.Files;

/// <summary>Which keys and names are taken: none that a file system could read as a way out of its folder.</summary>
internal static partial class FileNames
{
    private const int MaxSegments = 8;

    /// <summary>Lets a key pass.</summary>
    /// <exception cref="InvalidFileNameException">It is none.</exception>
    public static void CheckKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var segments = key.Split('/', MaxSegments + 1);
        if (segments.Length > MaxSegments || !segments.All(IsName)) throw new InvalidFileNameException(key);
    }

    /// <summary>Lets a file's name pass.</summary>
    /// <exception cref="InvalidFileNameException">It is none.</exception>
    public static void CheckName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!IsName(name)) throw new InvalidFileNameException(name);
    }

    /// <summary>Lets the names of a set pass, each once.</summary>
    /// <exception cref="InvalidFileNameException">One is none.</exception>
    public static void Check(string key, IReadOnlyCollection<FileSource> files)
    {
        CheckKey(key);
        ArgumentNullException.ThrowIfNull(files);
        if (files.Count == 0) throw new ArgumentException($"There are no files to write under '{key}'.", nameof(files));
        foreach (var file in files) CheckName(file.Name);
        if (files.DistinctBy(f => f.Name, StringComparer.OrdinalIgnoreCase).Count() != files.Count)
            throw new ArgumentException($"Two files under '{key}' have the same name.", nameof(files));
    }

    // No leading dot: such names are the stores' own files, and hidden ones.
    private static bool IsName(string name) => Shape().IsMatch(name);

    [GeneratedRegex("^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
