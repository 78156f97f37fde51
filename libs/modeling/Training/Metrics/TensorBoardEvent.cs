using System.Buffers.Binary;
using System.Text;

namespace Sgasa.Modeling.Training.Metrics;

/// <summary>The few fields of TensorFlow's <c>Event</c> message that scalars need, in protocol buffer encoding.</summary>
internal static class TensorBoardEvent
{
    // Field numbers and wire types: 0 is a varint, 1 is 8 bytes, 2 has its length before it, 5 is 4 bytes.
    private const byte WallTime = (1 << 3) | 1;
    private const byte Step = (2 << 3) | 0;
    private const byte FileVersion = (3 << 3) | 2;
    private const byte Summary = (5 << 3) | 2;
    private const byte SummaryValue = (1 << 3) | 2;
    private const byte ValueTag = (1 << 3) | 2;
    private const byte ValueSimple = (2 << 3) | 5;

    /// <summary>The event that a file begins with.</summary>
    public static byte[] Version(double wallTime) =>
        Event(wallTime, 0, stream => WriteBytes(stream, FileVersion, "brain.Event:2"u8));

    /// <summary>Scalars of one step.</summary>
    /// <param name="wallTime">Seconds since 1970.</param>
    /// <param name="step">The step.</param>
    /// <param name="scalars">Values by their tags.</param>
    public static byte[] Scalars(double wallTime, long step, IEnumerable<KeyValuePair<string, double>> scalars)
    {
        using var summary = new MemoryStream();
        Span<byte> simple = stackalloc byte[5];
        simple[0] = ValueSimple;
        foreach (var (tag, value) in scalars)
        {
            using var entry = new MemoryStream();
            WriteBytes(entry, ValueTag, Encoding.UTF8.GetBytes(tag));
            BinaryPrimitives.WriteSingleLittleEndian(simple[1..], (float)value);
            entry.Write(simple);
            WriteBytes(summary, SummaryValue, entry.ToArray());
        }
        return Event(wallTime, step, stream => WriteBytes(stream, Summary, summary.ToArray()));
    }

    /// <summary>The step of an encoded event; 0 where it names none, and null where it is no such message.</summary>
    public static long? StepOf(ReadOnlySpan<byte> message)
    {
        var step = 0L;
        while (message.Length > 0)
        {
            if (ReadVarint(ref message) is not { } tag) return null;
            ulong skip;
            switch (tag & 7)
            {
                case 0:
                    if (ReadVarint(ref message) is not { } number) return null;
                    if (tag == Step) step = (long)number;
                    continue;
                case 1:
                    skip = 8;
                    break;
                case 2:
                    if (ReadVarint(ref message) is not { } length) return null;
                    skip = length;
                    break;
                case 5:
                    skip = 4;
                    break;
                default:
                    return null;
            }
            if (skip > (ulong)message.Length) return null;
            message = message[(int)skip..];
        }
        return step;
    }

    private static byte[] Event(double wallTime, long step, Action<Stream> writeRest)
    {
        using var stream = new MemoryStream();
        Span<byte> time = stackalloc byte[9];
        time[0] = WallTime;
        BinaryPrimitives.WriteDoubleLittleEndian(time[1..], wallTime);
        stream.Write(time);
        stream.WriteByte(Step);
        WriteVarint(stream, (ulong)step);
        writeRest(stream);
        return stream.ToArray();
    }

    private static void WriteBytes(Stream stream, byte tag, ReadOnlySpan<byte> bytes)
    {
        stream.WriteByte(tag);
        WriteVarint(stream, (ulong)bytes.Length);
        stream.Write(bytes);
    }

    private static void WriteVarint(Stream stream, ulong value)
    {
        for (; value >= 0x80; value >>= 7) stream.WriteByte((byte)(value | 0x80));
        stream.WriteByte((byte)value);
    }

    private static ulong? ReadVarint(ref ReadOnlySpan<byte> bytes)
    {
        var value = 0UL;
        for (var i = 0; i < Math.Min(10, bytes.Length); i++)
        {
            value |= (ulong)(bytes[i] & 0x7f) << (7 * i);
            if (bytes[i] >= 0x80) continue;
            bytes = bytes[(i + 1)..];
            return value;
        }
        return null;
    }
}
