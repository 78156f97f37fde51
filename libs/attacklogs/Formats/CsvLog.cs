using System.Text;
using CsvHelper;
using Sgasa.Contracts;

namespace Sgasa.AttackLogs.Formats;

/// <summary>A log of comma-separated values whose first line names the columns.</summary>
public sealed class CsvLog : ILogFormat
{
    private static readonly CsvReaderOptions Format = new()
    {
        Separator = ',',
        HasHeader = false,
        SkipEmptyLines = false,
        MalformedData = CsvMalformedDataHandling.Throw,
        IncludeValuesInExceptions = false,
        BufferSize = 4_096,
    };

    /// <inheritdoc />
    public string Name => "CSV";

    /// <inheritdoc />
    public IReadOnlyList<string> Extensions { get; } = [".csv"];

    /// <inheritdoc />
    public IReadOnlyList<string> MediaTypes { get; } = ["text/csv"];

    /// <inheritdoc />
    public bool QuotesHoldLineEnds => true;

    /// <inheritdoc />
    public ILogRecordReader Open(string origin) => new Reader(origin);

    private sealed class Reader(string origin) : ILogRecordReader
    {
        private string[]? _header;
        private int[] _places = [];

        public LogRecord? Read(int line, ReadOnlyMemory<byte> bytes)
        {
            var fields = Fields(Encoding.UTF8.GetString(bytes.Span), origin, line);
            if (_header is null)
            {
                (_header, _places) = (fields, Places(fields, origin, line));
                return null;
            }

            if (fields.Length != _header.Length)
            {
                throw new UserErrorException(
                    $"{origin}:{line}: {fields.Length} fields where the header names {_header.Length}. " +
                    "Put texts that hold commas in quotation marks.");
            }

            var record = new LogRecord(line);
            for (var i = 0; i < fields.Length; i++)
                if (_places[i] >= 0)
                    record.Set(_places[i], fields[i]);
            return record;
        }

        private static int[] Places(string[] header, string origin, int line)
        {
            var places = Array.ConvertAll(header, LogRecord.IndexOf);
            foreach (var (index, name) in LogRecord.Names.Index())
            {
                var count = places.Count(place => place == index);
                if (count > 1)
                    throw new UserErrorException($"{origin}:{line}: the column '{name}' is named twice. Rename one of the two.");
                if (count == 0 && name is ("prompt" or "label"))
                {
                    throw new UserErrorException(
                        $"{origin}:{line}: no column '{name}'. " +
                        "The first line must name the columns, with commas between them, like prompt,label.");
                }
            }

            return places;
        }

        private static string[] Fields(string record, string origin, int line)
        {
            try
            {
                using var reader = CsvReader.FromText(record, Format);
                if (reader.Read())
                {
                    var fields = new string[reader.FieldCount];
                    for (var i = 0; i < fields.Length; i++)
                        fields[i] = reader.GetString(i);
                    if (!reader.Read())
                        return fields;
                }
            }
            catch (CsvFormatException e)
            {
                throw NotCsv(e);
            }

            throw NotCsv(null);

            UserErrorException NotCsv(Exception? e) => new(
                $"{origin}:{line}: not well-formed CSV. " +
                "Put texts that hold commas, quotation marks or line ends in quotation marks, and double those inside.", e!);
        }
    }
}
