using System.Security.Cryptography;
using System.Text;

namespace Sgasa.Modeling.Training;

/// <summary>A short name for a run's settings and examples, equal only where they are.</summary>
internal static class RunFingerprint
{
    /// <summary>Hashes settings and token ids.</summary>
    /// <param name="settings">The run's settings as text.</param>
    /// <param name="sequences">Token ids, in order; lengths count too.</param>
    public static string Of(string settings, IEnumerable<IReadOnlyList<int>> sequences)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(settings));
        foreach (var sequence in sequences)
        {
            hash.AppendData(BitConverter.GetBytes(sequence.Count));
            foreach (var id in sequence) hash.AppendData(BitConverter.GetBytes(id));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
