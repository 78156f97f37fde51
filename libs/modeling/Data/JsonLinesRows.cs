using System.Text.Json;
using System.Text.Unicode;
using Sgasa.Modeling.Training;

namespace Sgasa.Modeling.Data;

/// <summary>Rows of a JSON Lines file: one object a line, UTF-8; empty lines are passed over.</summary>
internal static class JsonLinesRows
{
    /// <summary>A longer line is refused before it is read.</summary>
    internal const int MaxLineLength = 16 << 20;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Reads the rows.</summary>
    /// <exception cref="DatasetException">A line is too long, not UTF-8, or no JSON object; the message names it.</exception>
    public static IEnumerable<DatasetRow> Read(string path, CancellationToken cancellationToken)
    {
        var number = 0;
        foreach (var line in Lines(path))
        {
            cancellationToken.ThrowIfCancellationRequested();
            number++;
            var content = number == 1 && line.Span.StartsWith("\uFEFF"u8) ? line[3..] : line;
            if (content.Span.Trim(" \t\r"u8).IsEmpty) continue;
            yield return new DatasetRow($"{path}:{number}", Parse($"{path}:{number}", content));
        }
    }

    private static JsonElement Parse(string where, ReadOnlyMemory<byte> line)
    {
        if (!Utf8.IsValid(line.Span)) throw new DatasetException(where, "is not valid UTF-8", "Save the file as UTF-8");
        try
        {
            using var json = JsonDocument.Parse(line, Strict);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? json.RootElement.Clone()
                : throw new DatasetException(where, "is no JSON object", "Write one object a line");
        }
        catch (JsonException e)
        {
            throw new DatasetException(where, "is not valid JSON", "Write one object a line", e);
        }
        catch (InvalidOperationException e)
        {
            throw new DatasetException(where, "has a column whose name is not valid Unicode text", null, e);
        }
    }

    /// <summary>The lines without their ends; each is valid until the next is asked for.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> Lines(string path)
    {
        using var file = Open(path);
        var buffer = new byte[1 << 16];
        var (start, end, number) = (0, 0, 1);
        while (true)
        {
            var length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                yield return buffer.AsMemory(start, length);
                start += length + 1;
                number++;
                continue;
            }
            if (end - start > MaxLineLength)
                throw new DatasetException($"{path}:{number}", $"is longer than {MaxLineLength >> 20} MiB", "Split the text");
            if (start > 0) buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
            if (end == buffer.Length) Array.Resize(ref buffer, Math.Min(buffer.Length * 2, MaxLineLength + (1 << 16)));
            var read = Fill(path, file, buffer.AsSpan(end));
            if (read == 0) break;
            end += read;
        }
        if (end > start) yield return buffer.AsMemory(start, end - start);
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException(path, "can't be read: " + e.Message, null, e);
        }
    }

    private static int Fill(string path, FileStream file, Span<byte> buffer)
    {
        try
        {
            return file.Read(buffer);
        }
        catch (IOException e)
        {
            throw new DatasetException(path, "can't be read: " + e.Message, null, e);
        }
    }
}
