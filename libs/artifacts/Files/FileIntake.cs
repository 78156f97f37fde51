using System.Security.Cryptography;
using System.Text;

namespace Sgasa.Artifacts.Files;

/// <summary>Copies the files of one set, counting and hashing what goes by.</summary>
internal sealed class FileIntake(string key, long maxBytes)
{
    private const int BufferBytes = 1 << 18;
    private readonly List<StoredFile> _files = [];
    private long _bytes;

    /// <summary>The set as it is then stored.</summary>
    public FileSet Set
    {
        get
        {
            var files = _files.OrderBy(f => f.Name, StringComparer.Ordinal).ToArray();
            var text = string.Concat(files.Select(f => $"{f.Name} {f.Sha256}\n"));
            return new FileSet
            {
                Key = key,
                Version = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
                Files = files,
            };
        }
    }

    /// <summary>Copies one file.</summary>
    /// <exception cref="FileSetTooLargeException">The set grows too large with it.</exception>
    public async Task CopyAsync(FileSource source, Stream target, CancellationToken cancellationToken)
    {
        await using var content = source.Open();
        var (length, hash) = await CopyAsync(content, target, maxBytes - _bytes, cancellationToken).ConfigureAwait(false)
            ?? throw new FileSetTooLargeException(key, maxBytes);
        _bytes += length;
        _files.Add(new StoredFile(source.Name, length, hash));
    }

    /// <summary>Copies a stream; its length and SHA-256, or null where it is longer than it may be.</summary>
    public static async Task<(long Length, string Sha256)?> CopyAsync(
        Stream from, Stream to, long maxBytes, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferBytes];
        var length = 0L;
        while (await from.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
        {
            length += read;
            if (length > maxBytes) return null;
            hash.AppendData(buffer, 0, read);
            await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }

        return (length, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
