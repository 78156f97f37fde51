using System.Text.Json;

namespace Sgasa.Modeling.Training;

/// <summary>
/// Turns rows in the shapes that TRL reads into what is trained on. Lists of messages go through the model's chat template,
/// and only the assistant's part is learnt; texts are taken as they are, with an end token behind the completion. Columns
/// <c>tools</c> and <c>chat_template_kwargs</c> are the template's further variables.
/// </summary>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="template">The model's chat template; null where all rows are texts.</param>
/// <param name="endToken">The token that a completion ends with, as <see cref="EndToken.Find"/> gives it.</param>
public sealed class ExampleEncoder(Tokenizer tokenizer, ChatTemplate? template, int endToken)
{
    private const string OpenThought = "<think>";
    private const string CloseThought = "</think>";

    /// <summary>
    /// What a template that asks for the date gets: the day that such templates name themselves where they can't ask. Else a run
    /// could not be continued on the next day.
    /// </summary>
    private static readonly DateTimeOffset TemplateDate = new(2024, 7, 26, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The encoder of a model folder; one without a chat template can still be trained on texts.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="textsAreChat">See <see cref="TextsAreChat"/>.</param>
    /// <exception cref="ModelFormatException">It names no end token, or a file is damaged.</exception>
    public static ExampleEncoder FromPretrained(
        string folder, Tokenizer tokenizer, ModelConfig config, bool textsAreChat = false) =>
        new(tokenizer, TemplateOf(folder), EndToken.Find(folder, tokenizer, config)) { TextsAreChat = textsAreChat };

    /// <summary>Whether texts are taken as what a user says and an assistant answers, instead of as they are.</summary>
    public bool TextsAreChat { get; init; }

    /// <summary>
    /// The examples of a row: one of <c>prompt</c> and <c>completion</c>; of <c>messages</c> one for each time that the
    /// assistant speaks, with all that was said before as the prompt.
    /// </summary>
    /// <exception cref="DatasetException">A column is missing or of another kind, or the chat template refuses it.</exception>
    public IReadOnlyList<SftExample> Sft(DatasetRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (row.Has("messages") && !row.Has("prompt")) return Conversation(row);
        var (prompt, completions) = Encode(row, "completion");
        return [new SftExample(prompt, completions[0])];
    }

    /// <summary>
    /// The pair of a row with <c>chosen</c>, <c>rejected</c> and <c>prompt</c>; without a prompt it is the messages that both
    /// begin with. <c>ref_chosen_logps</c> and <c>ref_rejected_logps</c> are taken over.
    /// </summary>
    /// <exception cref="DatasetException">A column is missing or of another kind, or the chat template refuses it.</exception>
    public PreferenceExample Preference(DatasetRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var (prompt, completions) = row.Has("prompt") ? Encode(row, "chosen", "rejected") : EncodeImplicitPrompt(row);
        return new PreferenceExample(prompt, completions[0], completions[1])
        {
            RefChosenLogp = row.Number("ref_chosen_logps"),
            RefRejectedLogp = row.Number("ref_rejected_logps"),
        };
    }

    /// <summary>
    /// A user's request and the completion sampled for it, token for token: the prompt is what generation begins with, so that
    /// training continues exactly what sampling began.
    /// </summary>
    /// <exception cref="ChatTemplateException">The chat template refuses the request.</exception>
    /// <exception cref="InvalidOperationException">The model has no chat template.</exception>
    public SftExample Sampled(string prompt, string completion) => new(Opening(prompt), Continued(completion));

    /// <summary>A user's request and two completions sampled for it, as <see cref="Sampled(string, string)"/>.</summary>
    /// <exception cref="ChatTemplateException">The chat template refuses the request.</exception>
    /// <exception cref="InvalidOperationException">The model has no chat template.</exception>
    public PreferenceExample Sampled(string prompt, string chosen, string rejected) =>
        new(Opening(prompt), Continued(chosen), Continued(rejected));

    private static ChatTemplate? TemplateOf(string folder)
    {
        try
        {
            return ChatTemplate.FromPretrained(folder, new FixedClock(TemplateDate));
        }
        catch (ModelFormatException fault) when (fault.Where == folder)
        {
            return null;
        }
    }

    private int[] Opening(string prompt) =>
        (template ?? throw new InvalidOperationException("The model has no chat template."))
        .Encode(tokenizer, [new ChatMessage("user", prompt)], addGenerationPrompt: true);

    /// <summary>What the model said: nothing in it but the tokens around the thinking is a token of its own.</summary>
    private int[] Continued(string answer) => [.. tokenizer.EncodePlain(answer, ChatTemplate.ThinkingTokens), endToken];

    private (int[] Prompt, int[][] Completions) Encode(DatasetRow row, params string[] columns)
    {
        if (row.IsConversation("prompt"))
        {
            var prompt = Messages(row, "prompt", row.Messages("prompt"));
            return Chat(row, columns[0], prompt, [.. columns.Select(column => Messages(row, column, row.Messages(column)))]);
        }
        if (TextsAreChat)
        {
            return Chat(
                row, columns[0], [new ChatMessage("user", row.Text("prompt"))],
                [.. columns.Select(column => new[] { new ChatMessage("assistant", row.Text(column)) })]);
        }
        return (
            tokenizer.Encode(row.Text("prompt"), addSpecialTokens: true),
            [.. columns.Select(column => (int[])[.. tokenizer.Encode(row.Text(column)), endToken])]);
    }

    private (int[] Prompt, int[][] Completions) EncodeImplicitPrompt(DatasetRow row)
    {
        if (row.Has("chosen") && !row.IsConversation("chosen"))
            throw row.Error("prompt", "is missing", "Without it chosen and rejected must be lists of messages");
        var (chosen, rejected) = (row.Messages("chosen"), row.Messages("rejected"));
        var shared = chosen.Zip(rejected).TakeWhile(pair => JsonElement.DeepEquals(pair.First, pair.Second)).Count();
        shared = Math.Min(shared, Math.Min(chosen.Count, rejected.Count) - 1);
        if (shared == 0)
        {
            throw row.Error(
                "chosen", "shares no first message with 'rejected'", "Begin both with the same prompt, or add a column 'prompt'");
        }
        return Chat(
            row, "chosen", Messages(row, "chosen", chosen.Take(shared)),
            [Messages(row, "chosen", chosen.Skip(shared)), Messages(row, "rejected", rejected.Skip(shared))]);
    }

    private List<SftExample> Conversation(DatasetRow row)
    {
        var messages = Messages(row, "messages", row.Messages("messages"));
        List<SftExample> examples = [];
        for (var i = 1; i < messages.Length; i++)
        {
            if (messages[i].Role != "assistant") continue;
            var (prompt, completions) = Chat(row, "messages", messages[..i], [messages[i..(i + 1)]]);
            examples.Add(new SftExample(prompt, completions[0]));
        }
        return examples.Count > 0
            ? examples
            : throw row.Error("messages", "has no assistant's message behind another", "There is nothing to learn in it");
    }

    private static ChatMessage[] Messages(DatasetRow row, string column, IEnumerable<JsonElement> messages) =>
        [.. messages.Select(message => row.Message(column, message))];

    /// <summary>
    /// The prompt is what generation begins with. Where a template writes a finished answer differently (an opened thought that
    /// the answer lacks), the prompt is what both have in common, so that the completion is what the template writes.
    /// </summary>
    private (int[] Prompt, int[][] Completions) Chat(
        DatasetRow row, string column, ChatMessage[] prompt, IReadOnlyList<ChatMessage[]> completions)
    {
        if (template is null) throw row.Error(column, "has messages, and the model has no chat template", "Use texts");
        try
        {
            var extra = row.TemplateVariables();
            var opening = template.Encode(tokenizer, prompt, addGenerationPrompt: true, extra);
            int[][] wholes = [.. completions.Select(completion => Whole(template, prompt, completion, opening, extra))];
            var common = wholes.Min(whole => Math.Min(opening.AsSpan().CommonPrefixLength(whole), whole.Length - 1));
            if (common < 1)
                throw row.Error(column, "has an answer that does not begin with its prompt, as the chat template writes it");
            return (opening[..common], [.. wholes.Select(whole => whole[common..])]);
        }
        catch (ChatTemplateException e)
        {
            throw row.Error(column, "is refused by the model's chat template: " + e.Message, null, e);
        }
    }

    /// <summary>The conversation as the template writes it. What messages say can't be taken for the template's tokens.</summary>
    private int[] Whole(
        ChatTemplate chat,
        ChatMessage[] prompt,
        ChatMessage[] completion,
        int[] opening,
        IReadOnlyDictionary<string, object?>? extra)
    {
        var whole = chat.Encode(tokenizer, [.. prompt, .. completion], addGenerationPrompt: false, extra);
        if (whole.AsSpan().StartsWith(opening)) return whole;
        // Templates of reasoning models leave the thoughts out of finished answers. They are what is to be learnt.
        if (completion is not [{ Role: "assistant", Content: { } content }]
            || !content.Contains(CloseThought, StringComparison.Ordinal)
            || chat.Render([.. prompt, .. completion], false, extra).Contains(content.Trim(), StringComparison.Ordinal)) return whole;
        var answer = Continuation(chat.Render(prompt, addGenerationPrompt: true, extra), content);
        return [.. opening, .. Continued(answer)];
    }

    /// <summary>The answer behind an opening that may have opened the thought already.</summary>
    private static string Continuation(string opening, string content)
    {
        var start = content.TrimStart();
        var opened = opening.TrimEnd().EndsWith(OpenThought, StringComparison.Ordinal);
        if (!opened || !start.StartsWith(OpenThought, StringComparison.Ordinal)) return content;
        var rest = start[OpenThought.Length..];
        return opening.EndsWith('\n') && rest.StartsWith('\n') ? rest[1..] : rest;
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }
}
