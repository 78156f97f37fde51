using System.Text.Json;
using Sgasa.Contracts;

namespace Sgasa.AttackLogs.Formats;

/// <summary>A log of one JSON object per line.</summary>
public sealed class JsonLinesLog : ILogFormat
{
    private const string Remedy = "Write one object per line, like {\"prompt\": \"…\", \"label\": \"harmful\"}";

    /// <inheritdoc />
    public string Name => "JSON Lines";

    /// <inheritdoc />
    public IReadOnlyList<string> Extensions { get; } = [".jsonl"];

    /// <inheritdoc />
    public IReadOnlyList<string> MediaTypes { get; } = ["application/x-ndjson", "application/jsonl", "application/x-jsonlines"];

    /// <inheritdoc />
    public bool QuotesHoldLineEnds => false;

    /// <inheritdoc />
    public ILogRecordReader Open(string origin) => new Reader(origin);

    private sealed class Reader(string origin) : ILogRecordReader
    {
        public LogRecord Read(int line, ReadOnlyMemory<byte> bytes)
        {
            try
            {
                using var document = JsonDocument.Parse(bytes);
                if (document.RootElement.ValueKind != JsonValueKind.Object)
                    throw Error($"not a JSON object. {Remedy}");

                var (record, seen) = (new LogRecord(line), 0);
                foreach (var property in document.RootElement.EnumerateObject())
                {
                    var index = LogRecord.IndexOf(property.Name);
                    if (index < 0)
                        continue;
                    if ((seen & (1 << index)) != 0)
                        throw Error($"'{LogRecord.Names[index]}' is given twice. Remove one of the two");
                    seen |= 1 << index;
                    record.Set(index, Value(property.Value, LogRecord.Names[index]));
                }

                return record;
            }
            catch (JsonException e)
            {
                throw new UserErrorException($"{origin}:{line}: not JSON. {Remedy}.", e);
            }
            catch (InvalidOperationException e)
            {
                // An escape can spell half a surrogate pair.
                throw new UserErrorException($"{origin}:{line}: a text has an escape that is no character. Remove it.", e);
            }

            UserErrorException Error(string what) => new($"{origin}:{line}: {what}.");

            string? Value(JsonElement value, string name) => value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Null => null,
                JsonValueKind.Number when name == "id" => value.GetRawText(),
                _ => throw Error($"'{name}' is not text. Put it in quotation marks"),
            };
        }
    }
}
