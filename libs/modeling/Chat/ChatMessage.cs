using System.Text.Json;
using Sgasa.Modeling.Chat;
using Sgasa.Modeling.Chat.Jinja.Values;

namespace Sgasa.Modeling;

/// <summary>One message of a conversation.</summary>
/// <param name="Role">
/// Who speaks: <c>system</c>, <c>user</c>, <c>assistant</c>, or another role the template knows.
/// </param>
/// <param name="Content">What is said; null where there is only something else, such as tool calls.</param>
public sealed record ChatMessage(string Role, string? Content)
{
    /// <summary>
    /// Further fields that the template may look at, such as <c>reasoning_content</c>; a <c>content</c> here, such as a list
    /// of parts, goes before <see cref="Content"/>. Values are texts, numbers, booleans, null, lists, dictionaries or JSON.
    /// </summary>
    public IReadOnlyDictionary<string, object?> Fields { get; init; } = new Dictionary<string, object?>();

    /// <summary>
    /// Reads a message as chat APIs and data sets write it: an object with <c>role</c> and <c>content</c>.
    /// </summary>
    /// <exception cref="ArgumentException">It is not such an object.</exception>
    public static ChatMessage FromJson(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object
            || !json.TryGetProperty("role", out var role) || role.ValueKind != JsonValueKind.String)
            throw new ArgumentException("A message is an object with a role.", nameof(json));
        var content = json.TryGetProperty("content", out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
        return new ChatMessage(role.GetString()!, content)
        {
            Fields = json.EnumerateObject()
                .Where(field => field.Name != "role" && !(field.Name == "content" && content is not null))
                .ToDictionary(field => field.Name, field => (object?)field.Value.Clone()),
        };
    }

    /// <summary>
    /// The message as templates see it. A message read from JSON has a <c>content</c> only if the JSON had one.
    /// </summary>
    internal DictValue ToValue()
    {
        var value = new DictValue();
        value.Put("role", Role);
        if (!Fields.ContainsKey("content") && (Content is not null || !Fields.Any())) value.Put("content", Content);
        foreach (var (name, field) in Fields) value.Put(name, ValueConversion.From(field));
        return value;
    }
}
