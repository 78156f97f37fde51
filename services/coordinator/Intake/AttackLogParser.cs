using Sgasa.Contracts;

namespace Sgasa.Coordinator.Intake;

/// <summary>
/// Reads one log that comes in pieces, and checks it prompt by prompt. Of the prompts behind it remembers a hash each,
/// so that it knows them again: their texts are not held.
/// </summary>
internal sealed class AttackLogParser
{
    private readonly Dictionary<UInt128, int> _ids = [];
    private readonly Dictionary<UInt128, int> _texts = [];
    private readonly string _origin;
    private readonly int _maxPrompts;
    private readonly LogText _text;
    private readonly ILogFormat _format;

    /// <summary>Begins a log.</summary>
    /// <param name="origin">What to call it in errors.</param>
    /// <param name="csv">Whether it holds CSV; else JSON Lines.</param>
    /// <param name="maxLineBytes">Longest line, in bytes.</param>
    /// <param name="maxPrompts">Most prompts it may hold.</param>
    public AttackLogParser(string origin, bool csv, int maxLineBytes, int maxPrompts = int.MaxValue)
    {
        (_origin, _maxPrompts) = (origin, maxPrompts);
        _text = new LogText(origin, maxLineBytes, quotes: csv);
        _format = csv ? new CsvLog(origin) : new JsonLinesLog(origin);
    }

    /// <summary>Harmful prompts so far.</summary>
    public int Harmful { get; private set; }

    /// <summary>Benign prompts so far.</summary>
    public int Benign { get; private set; }

    /// <summary>The prompts whose records end in the log's next piece; ask for all of them before the next one.</summary>
    /// <exception cref="UserErrorException">The log's first mistake, with its line.</exception>
    public IEnumerable<LoggedPrompt> Push(ReadOnlyMemory<byte> piece) => Read(_text.Push(piece));

    /// <summary>The last prompt, where no line end closes it, and what can only be said of the whole.</summary>
    /// <exception cref="UserErrorException">The log holds too few prompts of a label, or ends in a mistake.</exception>
    public IEnumerable<LoggedPrompt> End(int minimumPerLabel)
    {
        foreach (var prompt in Read(_text.End())) yield return prompt;
        if (Harmful + Benign == 0)
            throw new UserErrorException($"{_origin}: holds no prompts. Give one prompt with its label per line.");
        if (Math.Min(Harmful, Benign) < minimumPerLabel)
        {
            throw new UserErrorException(
                $"{_origin}: found {Harmful} harmful and {Benign} benign prompts, " +
                $"needed are {minimumPerLabel} of each label. Add more.");
        }
    }

    /// <summary>Checks a record that was read in another way than from text.</summary>
    /// <exception cref="UserErrorException">What is wrong with it, with its line.</exception>
    public LoggedPrompt Take(LogRecord record)
    {
        var prompt = Check(record);
        if (Harmful + Benign == _maxPrompts)
        {
            throw new UserErrorException(
                $"{_origin}:{record.Line}: more than {_maxPrompts:N0} prompts. Split the log, or raise Api:MaxLogPrompts.");
        }

        if (!string.IsNullOrWhiteSpace(record.Id) && !_ids.TryAdd(TextHash.Of(prompt.LogId), prompt.Line))
            throw Twice($"the id {Shown(prompt.LogId)}", _ids[TextHash.Of(prompt.LogId)], prompt.Line);
        if (!_texts.TryAdd(TextHash.Of(prompt.Text), prompt.Line))
            throw Twice("the same prompt", _texts[TextHash.Of(prompt.Text)], prompt.Line);
        if (prompt.Label == Label.Harmful) Harmful++;
        else Benign++;
        return prompt;
    }

    private IEnumerable<LoggedPrompt> Read(IEnumerable<(int Line, ReadOnlyMemory<byte> Bytes)> records)
    {
        foreach (var (line, bytes) in records)
            if (_format.Parse(line, bytes) is { } record)
                yield return Take(record);
    }

    private LoggedPrompt Check(LogRecord record)
    {
        if (string.IsNullOrWhiteSpace(record.Prompt))
            throw Error($"'prompt' is {(record.Prompt is null ? "missing" : "empty")}. Give the prompt's text");
        if (string.IsNullOrWhiteSpace(record.Label))
            throw Error("'label' is missing. Give 'harmful' or 'benign'");
        var label = record.Label.Trim().ToLowerInvariant() switch
        {
            "harmful" => Label.Harmful,
            "benign" => Label.Benign,
            _ => throw Error($"unknown label {Shown(record.Label)}. Use 'harmful' or 'benign'"),
        };
        var id = string.IsNullOrWhiteSpace(record.Id) ? $"{record.Line}" : record.Id.Trim();
        var (family, source) = (record.Family?.Trim() ?? "", record.Source?.Trim() ?? "");
        return new LoggedPrompt(id, record.Prompt, label, family, source, record.Line);

        UserErrorException Error(string what) => new($"{_origin}:{record.Line}: {what}.");
    }

    private UserErrorException Twice(string what, int first, int line) =>
        new($"{_origin}:{line}: {what} was given before, on line {first}. Remove one of the two, or change it.");

    private static string Shown(string text)
    {
        var line = string.Concat(text.Take(60).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c));
        return text.Length > 60 ? $"'{line}…'" : $"'{line}'";
    }
}
