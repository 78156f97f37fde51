using System.Buffers.Binary;
using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Parquet;
using Parquet.Serialization;
using Sgasa.Modeling.Training;

namespace Sgasa.Modeling.Data;

/// <summary>Rows of a Parquet file, row group by row group.</summary>
internal static class ParquetRows
{
    private const long MaxGroupBytes = 1L << 30;
    private const long MaxGroupRows = 1 << 20;
    private const int MaxDepth = 16;
    private const int MaxFooterBytes = 64 << 20;

    /// <summary>Reads the rows.</summary>
    /// <exception cref="DatasetException">The file is damaged, or a row group is too large to be held.</exception>
    public static async IAsyncEnumerable<DatasetRow> ReadAsync(
        string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var groups = await GuardAsync(path, () => GroupsAsync(path, cancellationToken));
        var number = 0;
        for (var group = 0; group < groups.Count; group++)
        {
            var (rows, bytes) = groups[group];
            if (rows > MaxGroupRows || bytes > MaxGroupBytes)
            {
                throw new DatasetException(
                    $"{path}, row group {group}", $"has {rows} rows and {bytes} bytes, more than is held at once",
                    $"Write the file with row groups of at most {MaxGroupRows} rows and {MaxGroupBytes >> 20} MiB");
            }
            foreach (var row in await GuardAsync(path, () => GroupAsync(path, group, cancellationToken)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                number++;
                var where = string.Create(CultureInfo.InvariantCulture, $"{path}, row {number}");
                yield return new DatasetRow(where, ToJson(where, row));
            }
        }
    }

    private static async Task<List<(long Rows, long Bytes)>> GroupsAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        await CheckFooterAsync(file, cancellationToken);
        await using var reader = await ParquetReader.CreateAsync(file, null, leaveStreamOpen: true, cancellationToken);
        return [.. reader.RowGroups.Select(group => (group.RowCount, group.RowGroup.TotalByteSize))];
    }

    /// <summary>A footer that claims to begin before the file does sends the reader round in circles.</summary>
    private static async Task CheckFooterAsync(FileStream file, CancellationToken cancellationToken)
    {
        var tail = new byte[8]; // the footer's length, and PAR1; another PAR1 is at the file's beginning
        if (file.Length < 12) throw new InvalidDataException($"It has {file.Length} bytes, too few");
        file.Position = file.Length - tail.Length;
        await file.ReadExactlyAsync(tail, cancellationToken);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        if (!tail.AsSpan(4).SequenceEqual("PAR1"u8)) throw new InvalidDataException("It does not end as a Parquet file does");
        if (length > MaxFooterBytes || length > file.Length - 12)
            throw new InvalidDataException($"It claims a footer of {length} bytes");
        file.Position = 0;
    }

    private static async Task<IList<Dictionary<string, object>>> GroupAsync(
        string path, int group, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return (await ParquetSerializer.DeserializeUntypedAsync(file, null, group, cancellationToken)).Data;
    }

    /// <summary>On bytes that are no Parquet file, the reader fails in whatever way they lead it to.</summary>
    private static async Task<T> GuardAsync<T>(string path, Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new DatasetException(path, "can't be read as Parquet: " + e.Message, "Write the file again", e);
        }
    }

    private static JsonElement ToJson(string where, Dictionary<string, object> row)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            foreach (var column in DatasetFile.Columns.Where(row.ContainsKey))
            {
                json.WritePropertyName(column);
                Write(json, row[column], where, column, 0);
            }
            json.WriteEndObject();
        }
        using var document = JsonDocument.Parse(stream.GetBuffer().AsMemory(0, (int)stream.Length));
        return document.RootElement.Clone();
    }

    private static void Write(Utf8JsonWriter json, object? value, string where, string column, int depth)
    {
        if (depth > MaxDepth) throw new DatasetException($"{where}, column '{column}'", "is nested too deeply");
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case string text:
                json.WriteStringValue(Tokenizer.WellFormed(text));
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case IDictionary fields:
                json.WriteStartObject();
                foreach (DictionaryEntry field in fields)
                {
                    json.WritePropertyName(Convert.ToString(field.Key, CultureInfo.InvariantCulture) ?? "");
                    Write(json, field.Value, where, column, depth + 1);
                }
                json.WriteEndObject();
                break;
            case byte[]:
                throw new DatasetException($"{where}, column '{column}'", "holds bytes", "Write texts as UTF-8 strings");
            case IEnumerable items:
                json.WriteStartArray();
                foreach (var item in items) Write(json, item, where, column, depth + 1);
                json.WriteEndArray();
                break;
            case double or float when !double.IsFinite(Convert.ToDouble(value, CultureInfo.InvariantCulture)):
                throw new DatasetException($"{where}, column '{column}'", "is not a finite number");
            case float or double or decimal or sbyte or byte or short or ushort or int or uint or long or ulong:
                json.WriteNumberValue(Convert.ToDouble(value, CultureInfo.InvariantCulture));
                break;
            default:
                json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
