using System.Text;
using Sgasa.AttackLogs.Formats;
using Sgasa.Contracts;

namespace Sgasa.AttackLogs.Tests.Formats;

/// <summary>A format as docs/extending.md adds one: a prompt in each line, in columns that the first line names.</summary>
public sealed class TabSeparatedLog : ILogFormat
{
    public string Name => "TSV";

    public IReadOnlyList<string> Extensions { get; } = [".tsv"];

    public IReadOnlyList<string> MediaTypes { get; } = ["text/tab-separated-values"];

    public bool QuotesHoldLineEnds => false;

    public ILogRecordReader Open(string origin) => new Reader(origin);

    private sealed class Reader(string origin) : ILogRecordReader
    {
        private int[]? _places;

        public LogRecord? Read(int line, ReadOnlyMemory<byte> bytes)
        {
            var fields = Encoding.UTF8.GetString(bytes.Span).Split('\t');
            if (_places is null)
            {
                _places = Array.ConvertAll(fields, LogRecord.IndexOf);
                return null;
            }

            if (fields.Length != _places.Length)
            {
                throw new UserErrorException(
                    $"{origin}:{line}: {fields.Length} columns instead of {_places.Length}. Correct the line.");
            }

            var record = new LogRecord(line);
            foreach (var (place, field) in _places.Zip(fields).Where(f => f.First >= 0)) record.Set(place, field);
            return record;
        }
    }
}
