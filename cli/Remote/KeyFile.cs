using Sgasa.Contracts;

namespace Sgasa.Cli.Remote;

/// <summary>The key of a deployment's API: never on a command line, where others could read it.</summary>
internal static class KeyFile
{
    /// <summary>The environment variable that holds the key.</summary>
    public const string Variable = "SGASA_API_KEY";

    /// <summary>The key of a file's first line, or else of the environment; null for none.</summary>
    /// <exception cref="UserErrorException">The file can't be read, or what is there is no key.</exception>
    public static string? Read(string? file)
    {
        var (key, where) = file is null ? (Environment.GetEnvironmentVariable(Variable), Variable) : (FirstLine(file), file);
        key = key?.Trim();
        if (string.IsNullOrEmpty(key))
            return file is null ? null : throw new UserErrorException($"{file}: holds no key. Write it on the first line.");
        return key.All(c => c is > ' ' and < '\x7f')
            ? key
            : throw new UserErrorException($"{where}: holds characters that no key has. Check that it is the key.");
    }

    private static string? FirstLine(string file)
    {
        try
        {
            return File.ReadLines(file).FirstOrDefault();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(
                $"{file}: the key's file can't be read ({fault.Message.TrimEnd('.')}). Check path and permissions.", fault);
        }
    }
}
