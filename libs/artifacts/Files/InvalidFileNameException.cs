using Sgasa.Contracts;

namespace Sgasa.Artifacts.Files;

/// <summary>A key or a file's name that could point elsewhere, or that some file system would not take.</summary>
public sealed class InvalidFileNameException(string name) : UserErrorException(
    $"'{Shown(name)}' is no name for a stored file: use letters, digits, '.', '_' and '-', no dot at the beginning; "
    + "keys are up to eight such segments between slashes.")
{
    // The name may come from outside: keep the message one short line.
    private static string Shown(string name)
    {
        var line = name.ReplaceLineEndings(" ").Replace('\0', ' ');
        return line.Length <= 80 ? line : line[..80] + "…";
    }
}
