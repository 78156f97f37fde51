using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sgasa.AttackLogs;

/// <summary>A text in sixteen bytes: enough to know it again, and to draw a sample that is the same everywhere.</summary>
internal static class TextHash
{
    /// <summary>The first 128 bits of SHA-256 of a text without the blanks around it.</summary>
    public static UInt128 Of(string text) =>
        BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text.Trim())));
}
