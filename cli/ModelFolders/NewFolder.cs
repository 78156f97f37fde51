using Sgasa.Contracts;

namespace Sgasa.Cli.ModelFolders;

/// <summary>Folders that a command writes, and nothing else may be in.</summary>
internal static class NewFolder
{
    /// <summary>Requires that a folder is not there, or empty.</summary>
    /// <exception cref="UserErrorException">It holds something.</exception>
    public static void Require(string path)
    {
        if (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()))
            throw new UserErrorException($"{path}: there is something already. Give --output a folder that is new or empty.");
    }
}
