using Sgasa.Contracts;

namespace Sgasa.Artifacts.Files;

/// <summary>A set of files, or one of them, is larger than the store takes.</summary>
public sealed class FileSetTooLargeException(string key, long maxBytes) : UserErrorException(
    $"The files under '{key}' are larger than {maxBytes} bytes together: raise Store:MaxFileSetBytes, or store less.")
{
    /// <summary>The key.</summary>
    public string Key { get; } = key;
}
