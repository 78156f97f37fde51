using System.Buffers.Binary;
using System.Numerics;

namespace Sgasa.Modeling.Training.Metrics;

/// <summary>
/// The framing of TensorFlow's record files, which TensorBoard reads: length, its checksum, data, its checksum. Checksums
/// are CRC-32C, rotated and shifted by a constant so that a checksum of data that holds checksums stays good.
/// </summary>
internal static class TfRecord
{
    private const int HeaderLength = 12;
    private const int FooterLength = 4;

    /// <summary>Longer records are taken for a corrupt length.</summary>
    private const int MaxLength = 64 << 20;

    /// <summary>Appends one record.</summary>
    public static void Write(Stream stream, ReadOnlySpan<byte> data)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        Span<byte> footer = stackalloc byte[FooterLength];
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], Checksum(header[..8]));
        BinaryPrimitives.WriteUInt32LittleEndian(footer, Checksum(data));
        stream.Write(header);
        stream.Write(data);
        stream.Write(footer);
    }

    /// <summary>Reads the next record; null at the end, and where the rest is cut short or damaged.</summary>
    public static byte[]? Read(Stream stream)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        Span<byte> footer = stackalloc byte[FooterLength];
        if (stream.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength) return null;
        var length = BinaryPrimitives.ReadUInt64LittleEndian(header);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) != Checksum(header[..8]) || length > MaxLength) return null;
        var data = new byte[length];
        if (stream.ReadAtLeast(data, data.Length, throwOnEndOfStream: false) < data.Length) return null;
        if (stream.ReadAtLeast(footer, FooterLength, throwOnEndOfStream: false) < FooterLength) return null;
        return BinaryPrimitives.ReadUInt32LittleEndian(footer) == Checksum(data) ? data : null;
    }

    /// <summary>The masked CRC-32C.</summary>
    internal static uint Checksum(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        for (; data.Length >= 8; data = data[8..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
        foreach (var octet in data) crc = BitOperations.Crc32C(crc, octet);
        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }
}
