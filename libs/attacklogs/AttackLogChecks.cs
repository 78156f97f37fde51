using Sgasa.AttackLogs.Formats;
using Sgasa.Contracts;

namespace Sgasa.AttackLogs;

/// <summary>
/// Checks the records of one log, whatever they were read from. Of the prompts behind it remembers a hash each, so that it
/// knows them again: their texts are not held.
/// </summary>
/// <param name="origin">What to call the log in errors.</param>
/// <param name="maxPrompts">Most prompts it may hold.</param>
public sealed class AttackLogChecks(string origin, int maxPrompts = int.MaxValue)
{
    private readonly Dictionary<UInt128, int> _ids = [];
    private readonly Dictionary<UInt128, int> _texts = [];

    /// <summary>Harmful prompts so far.</summary>
    public int Harmful { get; private set; }

    /// <summary>Benign prompts so far.</summary>
    public int Benign { get; private set; }

    /// <summary>Checks the log's next record.</summary>
    /// <exception cref="UserErrorException">What is wrong with it, with its line.</exception>
    public LoggedPrompt Check(LogRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var prompt = Read(record);
        if (Harmful + Benign == maxPrompts)
        {
            throw new UserErrorException(
                $"{origin}:{record.Line}: more than {maxPrompts:N0} prompts. Split the log, or raise Api:MaxLogPrompts.");
        }

        if (!string.IsNullOrWhiteSpace(record.Id) && !_ids.TryAdd(TextHash.Of(prompt.LogId), prompt.Line))
            throw Twice($"the id {Shown(prompt.LogId)}", _ids[TextHash.Of(prompt.LogId)], prompt.Line);
        if (!_texts.TryAdd(TextHash.Of(prompt.Text), prompt.Line))
            throw Twice("the same prompt", _texts[TextHash.Of(prompt.Text)], prompt.Line);
        if (prompt.Label == Label.Harmful) Harmful++;
        else Benign++;
        return prompt;
    }

    /// <summary>Checks what can only be said of the whole log.</summary>
    /// <param name="minimumPerLabel">Prompts of each label that it has to hold.</param>
    /// <exception cref="UserErrorException">It holds too few.</exception>
    public void CheckWhole(int minimumPerLabel)
    {
        if (Harmful + Benign == 0)
            throw new UserErrorException($"{origin}: holds no prompts. Give one prompt with its label per line.");
        if (Math.Min(Harmful, Benign) < minimumPerLabel)
        {
            throw new UserErrorException(
                $"{origin}: found {Harmful} harmful and {Benign} benign prompts, " +
                $"needed are {minimumPerLabel} of each label. Add more.");
        }
    }

    private LoggedPrompt Read(LogRecord record)
    {
        if (string.IsNullOrWhiteSpace(record.Prompt))
            throw Error($"'prompt' is {(record.Prompt is null ? "missing" : "empty")}. Give the prompt's text");
        if (string.IsNullOrWhiteSpace(record.Label))
            throw Error("'label' is missing. Give 'harmful' or 'benign'");
        var label = LabelWord.Read(record.Label)
            ?? throw Error($"unknown label {Shown(record.Label)}. Use 'harmful' or 'benign'");
        var id = string.IsNullOrWhiteSpace(record.Id) ? $"{record.Line}" : record.Id.Trim();
        var (family, source) = (record.Family?.Trim() ?? "", record.Source?.Trim() ?? "");
        return new LoggedPrompt(id, record.Prompt, label, family, source, record.Line);

        UserErrorException Error(string what) => new($"{origin}:{record.Line}: {what}.");
    }

    private UserErrorException Twice(string what, int first, int line) =>
        new($"{origin}:{line}: {what} was given before, on line {first}. Remove one of the two, or change it.");

    private static string Shown(string text)
    {
        var line = string.Concat(text.Take(60).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c));
        return text.Length > 60 ? $"'{line}…'" : $"'{line}'";
    }
}
