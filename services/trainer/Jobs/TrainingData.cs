using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sgasa.Trainer.Jobs;

/// <summary>The examples of a job in their fixed order.</summary>
public sealed class TrainingData
{
    /// <summary>Takes the examples in the order of their ids.</summary>
    public TrainingData(IReadOnlyList<TrainingExample> examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        Examples = examples;
        Hash = HashOf(examples);
    }

    /// <summary>The examples.</summary>
    public IReadOnlyList<TrainingExample> Examples { get; }

    /// <summary>
    /// SHA-256 over all texts in order, each preceded by its length, as lowercase hexadecimal digits.
    /// </summary>
    public string Hash { get; }

    private static string HashOf(IReadOnlyList<TrainingExample> examples)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var example in examples)
        {
            Append(hash, example.Prompt);
            Append(hash, example.Completion);
            Append(hash, example.Rejected);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, string? text)
    {
        var bytes = text is null ? [] : Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, text is null ? -1 : bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
