namespace Sgasa.Prompting;

/// <summary>A reasoning model's response, cut into its thinking and its answer.</summary>
public sealed record ReasoningResponse
{
    private const string Opening = "<think>";
    private const string Closing = "</think>";

    /// <summary>What was thought, trimmed; empty where the model did not think.</summary>
    public required string Thinking { get; init; }

    /// <summary>The final answer, trimmed; empty where the thinking never ended.</summary>
    public required string Answer { get; init; }

    /// <summary>Whether the thinking ended, or there was none. An unfinished response has no answer to judge.</summary>
    public required bool Finished { get; init; }

    /// <summary>
    /// Cuts a response at its first <c>&lt;/think&gt;</c>: a model's runtime ends the thinking there, whatever follows.
    /// </summary>
    /// <param name="raw">What the model wrote.</param>
    /// <param name="thinkingStarted">
    /// Whether the chat template has already opened the thinking, as reasoning models' templates do. Then a response
    /// without <c>&lt;/think&gt;</c> is all thinking; otherwise it is all answer, unless it opens the thinking itself.
    /// </param>
    public static ReasoningResponse Parse(string raw, bool thinkingStarted = true)
    {
        ArgumentNullException.ThrowIfNull(raw);
        var text = raw.AsSpan().Trim();
        var opens = text.StartsWith(Opening, StringComparison.Ordinal);
        if (opens)
            text = text[Opening.Length..];

        var end = text.IndexOf(Closing, StringComparison.Ordinal);
        return (end, opens || thinkingStarted) switch
        {
            ( >= 0, _) => Cut(text[..end], text[(end + Closing.Length)..], finished: true),
            (_, true) => Cut(text, [], finished: false),
            _ => Cut([], text, finished: true),
        };
    }

    private static ReasoningResponse Cut(ReadOnlySpan<char> thinking, ReadOnlySpan<char> answer, bool finished) => new()
    {
        Thinking = thinking.Trim().ToString(),
        Answer = answer.Trim().ToString(),
        Finished = finished,
    };
}
