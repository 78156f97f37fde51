using Sgasa.Contracts;

namespace Sgasa.Coordinator.Intake;

/// <summary>
/// Reads attack logs and evaluation prompt files: JSON Lines, or CSV where the file is named <c>.csv</c>, with the fields
/// <c>prompt</c> and <c>label</c> and, if wanted, <c>family</c>, <c>source</c> and <c>id</c>. Other fields are passed over.
/// </summary>
public static class AttackLogReader
{
    /// <summary>Most bytes of one line, or of one CSV record, unless said otherwise.</summary>
    public const int DefaultMaxLineBytes = 1 << 20;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, as the user named it.</param>
    /// <param name="minimumPerLabel">Prompts of each label that it has to hold; an evaluation file may hold 0 of one.</param>
    /// <param name="maxLineBytes">Longest line, in bytes.</param>
    /// <param name="ct">Stops the reading.</param>
    /// <returns>The prompts in the order of the file; at least one.</returns>
    /// <exception cref="UserErrorException">The file can't be read, or its first mistake, with its line.</exception>
    public static IReadOnlyList<LoggedPrompt> Read(
        string path, int minimumPerLabel = 2, int maxLineBytes = DefaultMaxLineBytes, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path))
            throw new UserErrorException($"{path}: is a folder. Name a file of JSON Lines or CSV.");
        if (!File.Exists(path))
            throw new UserErrorException($"{path}: no such file. Check the path.");
        try
        {
            using var stream = File.OpenRead(path);
            return Read(stream, path, minimumPerLabel, maxLineBytes, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: can't be read: {e.Message.ReplaceLineEndings(" ")} Check its permissions.", e);
        }
    }

    /// <summary>Reads a stream, as <see cref="Read(string, int, int, CancellationToken)"/> reads a file.</summary>
    /// <param name="stream">The content; stays open.</param>
    /// <param name="origin">What to call it in errors; one ending in <c>.csv</c> holds CSV.</param>
    /// <param name="minimumPerLabel">Prompts of each label that it has to hold.</param>
    /// <param name="maxLineBytes">Longest line, in bytes.</param>
    /// <param name="ct">Stops the reading.</param>
    public static IReadOnlyList<LoggedPrompt> Read(
        Stream stream,
        string origin,
        int minimumPerLabel = 2,
        int maxLineBytes = DefaultMaxLineBytes,
        CancellationToken ct = default)
    {
        var csv = origin.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);
        var text = new LogText(stream, origin, maxLineBytes, quotes: csv);
        var prompts = new List<LoggedPrompt>();
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var texts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var record in csv ? CsvLog.Read(text, origin, ct) : JsonLinesLog.Read(text, origin, ct))
        {
            var prompt = Check(record, origin);
            if (!string.IsNullOrWhiteSpace(record.Id) && !ids.TryAdd(prompt.LogId, prompt.Line))
                throw Twice($"the id {Shown(prompt.LogId)}", ids[prompt.LogId], prompt.Line, origin);
            if (!texts.TryAdd(prompt.Text.Trim(), prompt.Line))
                throw Twice("the same prompt", texts[prompt.Text.Trim()], prompt.Line, origin);
            prompts.Add(prompt);
        }

        CheckCounts(prompts, minimumPerLabel, origin);
        return prompts;
    }

    private static LoggedPrompt Check(LogRecord record, string origin)
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

        UserErrorException Error(string what) => new($"{origin}:{record.Line}: {what}.");
    }

    private static void CheckCounts(List<LoggedPrompt> prompts, int minimumPerLabel, string origin)
    {
        if (prompts.Count == 0)
            throw new UserErrorException($"{origin}: holds no prompts. Give one prompt with its label per line.");
        var harmful = prompts.Count(prompt => prompt.Label == Label.Harmful);
        var benign = prompts.Count - harmful;
        if (Math.Min(harmful, benign) < minimumPerLabel)
        {
            throw new UserErrorException(
                $"{origin}: found {harmful} harmful and {benign} benign prompts, " +
                $"needed are {minimumPerLabel} of each label. Add more.");
        }
    }

    private static UserErrorException Twice(string what, int first, int line, string origin) =>
        new($"{origin}:{line}: {what} was given before, on line {first}. Remove one of the two, or change it.");

    private static string Shown(string text)
    {
        var line = string.Concat(text.Take(60).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c));
        return text.Length > 60 ? $"'{line}…'" : $"'{line}'";
    }
}
