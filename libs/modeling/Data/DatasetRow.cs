using System.Text.Json;

namespace Sgasa.Modeling.Training;

/// <summary>One row of a data set.</summary>
/// <param name="Where">File and row, for errors: <c>data.jsonl:12</c>, or <c>data.parquet, row 12</c>.</param>
/// <param name="Columns">The row as a JSON object.</param>
public sealed record DatasetRow(string Where, JsonElement Columns)
{
    private const int MaxMessages = 1000;

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
