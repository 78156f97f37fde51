using System.Text;
using System.Text.Unicode;
using Sgasa.Contracts;

namespace Sgasa.AttackLogs;

/// <summary>
/// Cuts a log into its records, one after the other: lines, or where the format says so lines together as long as a
/// quotation mark is open. The log comes in pieces of any length. Never holds more than one record, and none that is longer
/// than allowed. Blank lines are left out.
/// </summary>
internal sealed class LogText(string origin, int maxBytes, bool quotes)
{
    private byte[] _record = new byte[4_096];
    private int _length;
    private int _line = 1;
    private int _start = 1;
    private bool _open;

    /// <summary>
    /// The records that end in the log's next piece: each one's first line, from 1, and its UTF-8 bytes, valid until the
    /// next record is asked for. Ask for all of them before the next piece.
    /// </summary>
    /// <exception cref="UserErrorException">A record is too long or not UTF-8.</exception>
    public IEnumerable<(int Line, ReadOnlyMemory<byte> Bytes)> Push(ReadOnlyMemory<byte> piece)
    {
        for (var from = 0; from < piece.Length;)
        {
            var end = FindEnd(piece.Span[from..]);
            Append(piece.Span[from..(end < 0 ? piece.Length : from + end)]);
            if (end < 0)
                break;
            from += end + 1;
            if (Collected() is { IsEmpty: false } record)
                yield return (_start, record);
            (_start, _length) = (_line, 0);
        }
    }

    /// <summary>The last record, where no line end closes it.</summary>
    /// <exception cref="UserErrorException">It is not UTF-8, or a quotation mark stays open.</exception>
    public IEnumerable<(int Line, ReadOnlyMemory<byte> Bytes)> End()
    {
        if (_open)
        {
            throw Error(_start, "a quotation mark is opened in this record and never closed. " +
                "Close it, and double those inside a text");
        }

        if (Collected() is { IsEmpty: false } last)
            yield return (_start, last);
    }

    /// <summary>Where the record ends in the bytes, -1 for not in these.</summary>
    private int FindEnd(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            var next = quotes ? bytes[i..].IndexOfAny((byte)'\n', (byte)'"') : bytes[i..].IndexOf((byte)'\n');
            if (next < 0)
                return -1;
            i += next;
            if (bytes[i] == '"')
            {
                _open = !_open;
                continue;
            }

            _line++;
            if (!_open)
                return i;
        }

        return -1;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > maxBytes)
        {
            throw Error(_start, $"longer than {maxBytes:N0} bytes{(_open ? ", with a quotation mark left open" : "")}. " +
                "Remove it, or check the line ends");
        }

        if (_length + bytes.Length > _record.Length)
            Array.Resize(ref _record, Math.Max(_length + bytes.Length, 2 * _record.Length));
        bytes.CopyTo(_record.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>The collected record without byte order mark and carriage return; empty where it is blank.</summary>
    private ReadOnlyMemory<byte> Collected()
    {
        var record = _record.AsMemory(0, _length);
        if (_start == 1 && record.Span.StartsWith(Encoding.UTF8.Preamble))
            record = record[Encoding.UTF8.Preamble.Length..];
        if (record.Span.EndsWith("\r"u8))
            record = record[..^1];
        CheckUtf8(record.Span);
        return record.Span.IndexOfAnyExcept((byte)' ', (byte)'\t') < 0 ? default : record;
    }

    private void CheckUtf8(ReadOnlySpan<byte> record)
    {
        var line = _start;
        foreach (var range in record.Split((byte)'\n'))
        {
            if (!Utf8.IsValid(record[range]))
                throw Error(line, "the line is not UTF-8. Save the file as UTF-8");
            line++;
        }
    }

    private UserErrorException Error(int line, string what) => new($"{origin}:{line}: {what}.");
}
