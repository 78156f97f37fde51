namespace Sgasa.AttackLogs.Formats;

/// <summary>A way in which attack logs are written; <see cref="LogFormats"/> lists those that are known.</summary>
public interface ILogFormat
{
    /// <summary>Its name for people.</summary>
    string Name { get; }

    /// <summary>How its files' names end, dot included, the usual ending first.</summary>
    IReadOnlyList<string> Extensions { get; }

    /// <summary>Its media types, the usual one first.</summary>
    IReadOnlyList<string> MediaTypes { get; }

    /// <summary>Whether a record goes on in the next line as long as a quotation mark is open; else each line is one.</summary>
    bool QuotesHoldLineEnds { get; }

    /// <summary>Begins to read one log.</summary>
    /// <param name="origin">What to call it in errors.</param>
    ILogRecordReader Open(string origin);
}
