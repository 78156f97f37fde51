using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sgasa.Prompting.Sampling;

/// <summary>Draws at random by a seed: the same items for the same seed, on every machine.</summary>
public static class SeededDraw
{
    /// <summary>
    /// Different items in random order; all of them, shuffled, where there are no more than asked for.
    /// </summary>
    public static IReadOnlyList<T> Some<T>(IReadOnlyList<T> items, int count, long seed)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var drawn = items.ToArray();
        count = Math.Min(count, drawn.Length);
        for (var i = 0; i < count; i++)
        {
            var j = i + Below(drawn.Length - i, seed, i);
            (drawn[i], drawn[j]) = (drawn[j], drawn[i]);
        }

        return drawn[..count];
    }

    /// <summary>One of the items.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static T One<T>(IReadOnlyList<T> items, long seed)
    {
        ArgumentNullException.ThrowIfNull(items);
        return items.Count == 0
            ? throw new ArgumentException("There is nothing to draw from.", nameof(items))
            : items[Below(items.Count, seed, 0)];
    }

    /// <summary>
    /// A number in [0, bound), by the seed and the number of the draw; its bias is below bound / 2^64.
    /// </summary>
    private static int Below(int bound, long seed, int draw)
    {
        Span<byte> input = stackalloc byte[12];
        BinaryPrimitives.WriteInt64LittleEndian(input, seed);
        BinaryPrimitives.WriteInt32LittleEndian(input[8..], draw);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, hash);
        return (int)(BinaryPrimitives.ReadUInt64LittleEndian(hash) % (ulong)bound);
    }
}
