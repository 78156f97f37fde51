using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sgasa.Trainer.Specifications;

/// <summary>What a job trains on: a round's examples in their fixed order, or files that came with it.</summary>
public sealed class TrainingData
{
    /// <summary>Takes examples in the order of their ids.</summary>
    public TrainingData(IReadOnlyList<TrainingExample> examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        Examples = examples;
        Hash = HashOf(examples);
    }

    /// <summary>Takes files.</summary>
    /// <param name="folder">Where they lie.</param>
    /// <param name="hash">SHA-256 over them.</param>
    public TrainingData(string folder, string hash) => (Folder, Hash) = (folder, hash);

    /// <summary>The examples; empty where there are files.</summary>
    public IReadOnlyList<TrainingExample> Examples { get; } = [];

    /// <summary>The files' folder; null for a round's examples.</summary>
    public string? Folder { get; }

    /// <summary>
    /// SHA-256 over all texts in order, each preceded by its length, or over the files; as lowercase hexadecimal digits.
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

/// <summary>
/// One example of a round: a prompt with the completion to learn or, in DPO, the chosen one; and the rejected one in DPO.
/// </summary>
public sealed record TrainingExample(string Prompt, string Completion, string? Rejected = null);
