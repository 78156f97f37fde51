using Sgasa.AttackLogs.Formats;
using Sgasa.Contracts;

namespace Sgasa.AttackLogs;

/// <summary>Reads one log that comes in pieces, and checks it prompt by prompt.</summary>
/// <param name="origin">What to call the log in errors.</param>
/// <param name="format">How it is written.</param>
/// <param name="maxLineBytes">Longest record, in bytes.</param>
/// <param name="maxPrompts">Most prompts it may hold.</param>
public sealed class AttackLogParser(string origin, ILogFormat format, int maxLineBytes, int maxPrompts = int.MaxValue)
{
    private readonly LogText _text = new(origin, maxLineBytes, format.QuotesHoldLineEnds);
    private readonly ILogRecordReader _records = format.Open(origin);

    /// <summary>What is known of the log so far.</summary>
    public AttackLogChecks Checks { get; } = new(origin, maxPrompts);

    /// <summary>The prompts whose records end in the log's next piece; ask for all of them before the next one.</summary>
    /// <exception cref="UserErrorException">The log's first mistake, with its line.</exception>
    public IEnumerable<LoggedPrompt> Push(ReadOnlyMemory<byte> piece) => Read(_text.Push(piece));

    /// <summary>The last prompt, where no line end closes it, and what can only be said of the whole.</summary>
    /// <exception cref="UserErrorException">The log holds too few prompts of a label, or ends in a mistake.</exception>
    public IEnumerable<LoggedPrompt> End(int minimumPerLabel)
    {
        foreach (var prompt in Read(_text.End())) yield return prompt;
        Checks.CheckWhole(minimumPerLabel);
    }

    private IEnumerable<LoggedPrompt> Read(IEnumerable<(int Line, ReadOnlyMemory<byte> Bytes)> records)
    {
        foreach (var (line, bytes) in records)
            if (_records.Read(line, bytes) is { } record)
                yield return Checks.Check(record);
    }
}
