using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Sgasa.Modeling.Safetensors;

namespace Sgasa.Modeling.Folders;

/// <summary>Tells one base model from another, so that an adapter is not put on the wrong one.</summary>
internal static class ModelFingerprint
{
    /// <summary>Files up to this length count wholly.</summary>
    private const long WholeLength = 256L << 20;

    /// <summary>Of longer files this much counts at the beginning: the header, and the first tensors.</summary>
    private const long HeadLength = 16L << 20;

    private const int SampleLength = 1 << 20;
    private const long SampleStride = 64L << 20;

    /// <summary>SHA-256 over names, lengths and contents.</summary>
    /// <exception cref="ModelFormatException">A file can't be read.</exception>
    public static string Compute(string folder, SafetensorsFolder weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string[] files =
        [
            Path.Combine(folder, "config.json"),
            Path.Combine(folder, "tokenizer.json"),
            .. weights.Files.Select(file => file.Path).Order(StringComparer.Ordinal),
        ];
        foreach (var file in files) Add(hash, file);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Add(IncrementalHash hash, string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, stream.Length);
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetFileName(path) + "\0"));
            hash.AppendData(length);
            var buffer = new byte[SampleLength];
            if (stream.Length <= WholeLength)
            {
                Add(hash, stream, buffer, stream.Length);
                return;
            }
            Add(hash, stream, buffer, HeadLength);
            for (var at = SampleStride; at < stream.Length - SampleLength; at += SampleStride)
                AddSample(hash, stream, buffer, at);
            AddSample(hash, stream, buffer, stream.Length - SampleLength);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFormatException(path, "can't be read: " + e.Message, null, e);
        }
    }

    private static void AddSample(IncrementalHash hash, FileStream stream, byte[] buffer, long at)
    {
        stream.Position = at;
        Add(hash, stream, buffer, SampleLength);
    }

    private static void Add(IncrementalHash hash, FileStream stream, byte[] buffer, long count)
    {
        while (count > 0)
        {
            var read = stream.Read(buffer, 0, (int)Math.Min(count, buffer.Length));
            if (read == 0) throw new EndOfStreamException("The file became shorter while it was read.");
            hash.AppendData(buffer, 0, read);
            count -= read;
        }
    }
}
