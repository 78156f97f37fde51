using Sgasa.Prompting;

namespace Sgasa.Coordinator.Rounds;

/// <summary>
/// Drops prompts that say nearly the same as an earlier one of any batch: two MinHash signatures estimate the Jaccard
/// similarity of the texts' word trigrams.
/// </summary>
internal sealed class NearDuplicateFilter
{
    private readonly double _threshold;
    private readonly List<byte[]> _signatures = [];

    /// <summary>Starts with signatures that were let through before.</summary>
    /// <param name="threshold">Similarity from which two prompts count as the same.</param>
    /// <param name="signatures">Base64; what is empty or unreadable is never compared.</param>
    public NearDuplicateFilter(double threshold, IEnumerable<string> signatures)
    {
        _threshold = threshold;
        _signatures.AddRange(signatures.Select(Decode).Where(s => s.Length > 0));
    }

    /// <summary>Remembers a signature, unless one like it was let through before.</summary>
    /// <returns>Whether it was let through.</returns>
    public bool TryAdd(string signature)
    {
        var bytes = Decode(signature);
        if (bytes.Length == 0) return true;
        if (_signatures.Exists(s => MinHashSignature.Similarity(s, bytes) >= _threshold)) return false;

        _signatures.Add(bytes);
        return true;
    }

    private static byte[] Decode(string signature)
    {
        var bytes = new byte[MinHashSignature.Length];
        return Convert.TryFromBase64String(signature, bytes, out var length) && length == bytes.Length ? bytes : [];
    }
}
