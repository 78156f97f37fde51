using System.Text;
using CsvHelper;
using Sgasa.Contracts;

namespace Sgasa.Coordinator.Intake;

/// <summary>A log of comma-separated values whose first line names the columns.</summary>
internal static class CsvLog
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

    /// <summary>The records of a log, their values not yet checked.</summary>
    public static IEnumerable<LogRecord> Read(LogText text, string origin, CancellationToken ct)
    {
        string[]? header = null;
        var places = Array.Empty<int>();
        foreach (var (line, bytes) in text.Records(ct))
        {
            var fields = Fields(Encoding.UTF8.GetString(bytes.Span), origin, line);
            if (header is null)
            {
                header = fields;
                places = Places(header, origin, line);
                continue;
            }

            if (fields.Length != header.Length)
            {
                throw new UserErrorException(
                    $"{origin}:{line}: {fields.Length} fields where the header names {header.Length}. " +
                    "Put texts that hold commas in quotation marks.");
            }

            var record = new LogRecord(line);
            for (var i = 0; i < fields.Length; i++)
                if (places[i] >= 0)
                    record.Set(places[i], fields[i]);
            yield return record;
        }
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
