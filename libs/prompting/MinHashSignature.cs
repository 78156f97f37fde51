using System.Globalization;
using System.Text;

namespace Sgasa.Prompting;

/// <summary>
/// A fingerprint of a text that estimates how alike two texts are: 64 MinHash values, one byte each, over the set of its
/// lower-cased word trigrams (the words themselves in a text of fewer than three). The same on every machine.
/// </summary>
public static class MinHashSignature
{
    /// <summary>Bytes of a signature.</summary>
    public const int Length = 64;

    /// <summary>The signature of a text; of the empty text, all zeros.</summary>
    public static byte[] Compute(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var smallest = new ulong[Length];
        Array.Fill(smallest, ulong.MaxValue);
        var shingles = Shingles(Words(text));
        foreach (var shingle in shingles)
            for (var i = 0; i < Length; i++)
                smallest[i] = Math.Min(smallest[i], Mix(shingle ^ Mix((ulong)i)));
        return shingles.Count == 0 ? new byte[Length] : Array.ConvertAll(smallest, value => (byte)value);
    }

    /// <summary>A signature as Base64, for messages and documents.</summary>
    public static string ToBase64(ReadOnlySpan<byte> signature)
    {
        Check(signature, nameof(signature));
        return Convert.ToBase64String(signature);
    }

    /// <summary>The signature that <see cref="ToBase64"/> wrote; null where it is none.</summary>
    public static byte[]? TryFromBase64(string base64)
    {
        var signature = new byte[Length];
        return Convert.TryFromBase64String(base64, signature, out var length) && length == Length ? signature : null;
    }

    /// <summary>
    /// The estimated Jaccard similarity of two texts' trigrams, 0 to 1. Two unequal values share a byte once in 256, which
    /// is taken off.
    /// </summary>
    public static double Similarity(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        Check(a, nameof(a));
        Check(b, nameof(b));
        var equal = 0;
        for (var i = 0; i < Length; i++)
            equal += a[i] == b[i] ? 1 : 0;
        const double Chance = 1.0 / 256;
        return Math.Max(0, ((double)equal / Length - Chance) / (1 - Chance));
    }

    private static void Check(ReadOnlySpan<byte> signature, string name)
    {
        if (signature.Length != Length)
            throw new ArgumentException($"A MinHash signature has {Length} bytes, this one {signature.Length}.", name);
    }

    private static HashSet<ulong> Shingles(List<string> words)
    {
        var shingles = new HashSet<ulong>();
        if (words.Count < 3)
            foreach (var word in words)
                shingles.Add(Hash(word));
        for (var i = 0; i + 3 <= words.Count; i++)
            shingles.Add(Hash($"{words[i]} {words[i + 1]} {words[i + 2]}"));
        return shingles;
    }

    /// <summary>
    /// Runs of letters and digits; any other symbol is a word too, since a formula is made of them. Punctuation separates.
    /// </summary>
    private static List<string> Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var inWord = Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
            if (inWord)
            {
                word.Append(Rune.ToLowerInvariant(rune).ToString());
                continue;
            }

            End();
            if (Rune.IsSymbol(rune))
                words.Add(rune.ToString());
        }

        End();
        return words;

        void End()
        {
            if (word.Length > 0)
                words.Add(word.ToString());
            word.Clear();
        }
    }

    /// <summary>FNV-1a over the UTF-8 bytes.</summary>
    private static ulong Hash(string text)
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var value in Encoding.UTF8.GetBytes(text))
            hash = (hash ^ value) * 0x100000001B3UL;
        return hash;
    }

    /// <summary>The finalizer of SplitMix64: turns close inputs into unrelated ones.</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15UL;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
