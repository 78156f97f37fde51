using System.Text.Json;

namespace Sgasa.Modeling.Training;

/// <summary>One row of a data set.</summary>
/// <param name="Where">File and row, for errors: <c>data.jsonl:12</c>, or <c>data.parquet, row 12</c>.</param>
/// <param name="Columns">The row as a JSON object.</param>
public sealed record DatasetRow(string Where, JsonElement Columns)
{
    private const int MaxMessages = 1000;

    // Of transformers' apply_chat_template: what a row says in columns of its own, and what is not the template's.
    private static readonly string[] NoKwargs =
    [
        "messages", "tools", "add_generation_prompt", "continue_final_message", "conversation", "chat_template", "tokenize",
        "return_dict", "return_tensors", "padding", "truncation", "max_length",
    ];

    /// <summary>An error about one column of this row.</summary>
    public DatasetException Error(string column, string what, string? remedy = null, Exception? innerException = null) =>
        new($"{Where}, column '{column}'", what, remedy, innerException);

    /// <summary>Whether there is such a column with a value.</summary>
    public bool Has(string column) => Find(column) is not null;

    /// <summary>Whether a column holds a list of messages instead of a text.</summary>
    public bool IsConversation(string column) => Find(column) is { ValueKind: JsonValueKind.Array };

    /// <summary>A column's text.</summary>
    /// <exception cref="DatasetException">It is missing, empty, or something else.</exception>
    public string Text(string column)
    {
        var value = Required(column);
        if (value.ValueKind != JsonValueKind.String) throw Unexpected(column, value);
        try
        {
            return value.GetString() is { Length: > 0 } text ? text : throw Error(column, "is empty");
        }
        catch (InvalidOperationException e) // an escaped half of a surrogate pair
        {
            throw Error(column, "is not valid Unicode text", null, e);
        }
    }

    /// <summary>A column's messages, as JSON; at least one.</summary>
    /// <exception cref="DatasetException">It is missing, empty, or something else.</exception>
    public IReadOnlyList<JsonElement> Messages(string column)
    {
        var value = Required(column);
        if (value.ValueKind != JsonValueKind.Array) throw Unexpected(column, value);
        var count = value.GetArrayLength();
        if (count == 0) throw Error(column, "is an empty list of messages");
        if (count > MaxMessages) throw Error(column, $"has {count} messages, more than {MaxMessages}");
        return [.. value.EnumerateArray()];
    }

    /// <summary>A message of a column.</summary>
    /// <exception cref="DatasetException">It has no role, or no content.</exception>
    public ChatMessage Message(string column, JsonElement json)
    {
        const string remedy = "A message is an object such as {\"role\": \"user\", \"content\": \"…\"}";
        try
        {
            return ChatMessage.FromJson(json);
        }
        catch (ArgumentException e)
        {
            throw Error(column, "has a message without a role", remedy, e);
        }
        catch (InvalidOperationException e)
        {
            throw Error(column, "has a message that is not valid Unicode text", null, e);
        }
    }

    /// <summary>A column's number; null where there is none.</summary>
    /// <exception cref="DatasetException">It is something else.</exception>
    public double? Number(string column) => Find(column) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetDouble(out var number) && double.IsFinite(number) => number,
        _ => throw Error(column, "is not a finite number"),
    };

    /// <summary>
    /// What a row gives its chat template besides messages, as TRL passes it on: <c>tools</c>, a list of functions or the JSON text
    /// of one, and every field of <c>chat_template_kwargs</c>; null where it has neither.
    /// </summary>
    /// <exception cref="DatasetException">A column is something else, or a field's name is taken.</exception>
    public IReadOnlyDictionary<string, object?>? TemplateVariables()
    {
        var variables = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (Find("chat_template_kwargs") is { } fields)
        {
            if (fields.ValueKind != JsonValueKind.Object)
                throw Error("chat_template_kwargs", "is no object", "Write it as {\"enable_thinking\": false}");
            foreach (var field in fields.EnumerateObject())
            {
                if (NoKwargs.Contains(field.Name))
                    throw Error("chat_template_kwargs", $"sets '{field.Name}', which is no variable that a row can choose", "Leave it out");
                variables[field.Name] = field.Value;
            }
        }
        if (Find("tools") is { } tools) variables["tools"] = Tools(tools);
        return variables.Count > 0 ? variables : null;
    }

    private JsonElement Tools(JsonElement tools)
    {
        const string remedy = "Give a list of functions as JSON schemas";
        try
        {
            if (tools.ValueKind == JsonValueKind.String) tools = JsonElement.Parse(tools.GetString()!);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Error("tools", "is a text that is no JSON", remedy, e);
        }
        return tools.ValueKind == JsonValueKind.Array ? tools : throw Error("tools", "is no list", remedy);
    }

    private JsonElement Required(string column) => Find(column)
        ?? throw new DatasetException(
            Where, $"there is no column '{column}'",
            "A row has prompt and completion, messages, or prompt, chosen and rejected");

    private JsonElement? Find(string column) =>
        Columns.TryGetProperty(column, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private DatasetException Unexpected(string column, JsonElement value)
    {
        var kind = value.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "a list",
            JsonValueKind.String => "a text",
            JsonValueKind.Number => "a number",
            _ => "true or false",
        };
        return Error(column, $"is {kind}", "Make all its columns texts, or all of them lists of messages");
    }
}
