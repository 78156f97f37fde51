namespace Sgasa.Integration.Tests.Wire;

/// <summary>Collects bytes until a whole frame of a protocol is there.</summary>
/// <param name="lengthOf">The length of the frame that begins here; null while that can't be told yet.</param>
internal sealed class FrameBuffer(FrameBuffer.FrameLength lengthOf)
{
    private byte[] _bytes = [];

    /// <summary>Tells the length of the frame that begins here.</summary>
    public delegate int? FrameLength(ReadOnlySpan<byte> bytes);

    /// <summary>Adds bytes, and takes out the frames that are whole.</summary>
    public IEnumerable<byte[]> Frames(ReadOnlyMemory<byte> more)
    {
        _bytes = [.. _bytes, .. more.Span];
        var start = 0;
        while (lengthOf(_bytes.AsSpan(start)) is { } length && _bytes.Length - start >= length)
        {
            var frame = _bytes[start..(start + length)];
            start += length;
            yield return frame;
        }

        _bytes = _bytes[start..];
    }
}
