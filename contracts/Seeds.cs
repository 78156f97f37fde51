using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sgasa.Contracts;

/// <summary>Derives the seed of each piece of work from the round's seed and the work's id.</summary>
public static class Seeds
{
    /// <summary>A 63-bit seed: the first eight bytes of SHA-256 over the round's seed and the id, without the sign bit.</summary>
    /// <param name="roundSeed">The seed the user gave the round.</param>
    /// <param name="id">An artifact id, or any other name of the work.</param>
    public static long Derive(long roundSeed, string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        var bytes = new byte[8 + Encoding.UTF8.GetByteCount(id)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, roundSeed);
        Encoding.UTF8.GetBytes(id, bytes.AsSpan(8));
        return BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(bytes)) & long.MaxValue;
    }
}
