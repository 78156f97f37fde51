using Sgasa.Contracts;

namespace Sgasa.Artifacts.Mongo;

/// <summary>Something is larger than MongoDB stores in one document: a permanent fault.</summary>
public sealed class DocumentTooLargeException(string what, long bytes) : UserErrorException(
    $"{what} takes {bytes} bytes as a MongoDB document, and {MaxBytes} is the most: shorten it.")
{
    /// <summary>Most bytes in a document: MongoDB's 16 MiB.</summary>
    public const int MaxBytes = 16 << 20;
}
