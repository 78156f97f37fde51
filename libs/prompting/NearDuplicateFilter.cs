namespace Sgasa.Prompting;

/// <summary>
/// Remembers texts by their <see cref="MinHashSignature"/> and tells which others say nearly the same: two signatures estimate the
/// Jaccard similarity of the texts' word trigrams.
/// </summary>
/// <param name="threshold">Estimated similarity, 0 to 1, from which two texts count as the same.</param>
public sealed class NearDuplicateFilter(double threshold)
{
    private readonly List<byte[]> _signatures = [];

    /// <summary>Whether a remembered text is nearly the same.</summary>
    public bool Contains(byte[] signature) =>
        _signatures.Exists(other => MinHashSignature.Similarity(signature, other) >= threshold);

    /// <summary>Remembers a text.</summary>
    public void Add(byte[] signature) => _signatures.Add(signature);

    /// <summary>Remembers a text, unless one like it is remembered.</summary>
    /// <returns>Whether it was let through.</returns>
    public bool TryAdd(byte[] signature)
    {
        if (Contains(signature)) return false;
        Add(signature);
        return true;
    }
}
