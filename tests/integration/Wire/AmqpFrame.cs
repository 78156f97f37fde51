using System.Buffers.Binary;
using System.Text;

namespace Sgasa.Integration.Tests.Wire;

/// <summary>A frame of AMQP 0-9-1: type, channel, length, payload, end mark; and the methods that matter here.</summary>
internal sealed class AmqpFrame(byte[] bytes)
{
    public const int MethodType = 1, HeaderType = 2, BodyType = 3;

    /// <summary>Method numbers: class in the upper half.</summary>
    public const int Consume = (60 << 16) | 20, ConsumeOk = (60 << 16) | 21, Publish = (60 << 16) | 40, Deliver = (60 << 16) | 60,
        Ack = (60 << 16) | 80, Nack = (60 << 16) | 120, Reject = (60 << 16) | 90, ConfirmSelect = (85 << 16) | 10;

    private const int Preface = 8, Header = 7, End = 1;
    private int _at = Header + sizeof(int);

    public byte[] Bytes { get; } = bytes;

    /// <summary>Its type; 0 for the greeting before the first frame.</summary>
    public int Type => IsPreface(Bytes) ? 0 : Bytes[0];

    public int Channel => BinaryPrimitives.ReadUInt16BigEndian(Bytes.AsSpan(1));

    /// <summary>The method; 0 for frames that are none.</summary>
    public int Method => Type == MethodType ? BinaryPrimitives.ReadInt32BigEndian(Bytes.AsSpan(Header)) : 0;

    /// <summary>The content's length, of a header frame.</summary>
    public long ContentLength => BinaryPrimitives.ReadInt64BigEndian(Bytes.AsSpan(Header + sizeof(int)));

    public ReadOnlyMemory<byte> Payload => Bytes.AsMemory(Header..^End);

    public static int? LengthOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Preface) return null;
        return IsPreface(bytes) ? Preface : Header + BinaryPrimitives.ReadInt32BigEndian(bytes[3..]) + End;
    }

    /// <summary>The method's next argument, a text of at most 255 bytes.</summary>
    public string NextText()
    {
        var length = Bytes[_at];
        _at += 1 + length;
        return Encoding.UTF8.GetString(Bytes, _at - length, length);
    }

    /// <summary>The method's next argument, a number of 64 bits.</summary>
    public ulong NextNumber()
    {
        _at += sizeof(ulong);
        return BinaryPrimitives.ReadUInt64BigEndian(Bytes.AsSpan(_at - sizeof(ulong)));
    }

    /// <summary>The method's next argument, eight flags or less.</summary>
    public byte NextByte() => Bytes[_at++];

    /// <summary>Passes over the method's next argument, a number of 16 bits.</summary>
    public AmqpFrame SkipShort()
    {
        _at += sizeof(ushort);
        return this;
    }

    private static bool IsPreface(ReadOnlySpan<byte> bytes) => bytes.StartsWith("AMQP"u8);
}
