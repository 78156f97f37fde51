using Sgasa.Prompting;

namespace Sgasa.Augmenter.Prompts;

/// <summary>Remembers texts and tells which others are nearly the same.</summary>
/// <param name="threshold">Estimated similarity, 0 to 1, from which two texts count as the same.</param>
internal sealed class DuplicateFilter(double threshold)
{
    private readonly List<byte[]> _seen = [];

    /// <summary>Whether a remembered text is nearly the same.</summary>
    public bool Contains(byte[] signature) =>
        _seen.Exists(other => MinHashSignature.Similarity(signature, other) >= threshold);

    /// <summary>Remembers a text.</summary>
    public void Add(byte[] signature) => _seen.Add(signature);
}
