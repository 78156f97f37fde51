using System.Collections;
using System.Text.Json;
using Sgasa.Modeling.Chat.Jinja.Values;

namespace Sgasa.Modeling.Chat;

/// <summary>Turns .NET and JSON values into what templates compute with. Nothing else gets into a template.</summary>
internal static class ValueConversion
{
    private const int MaxDepth = 100;

    /// <summary>Converts a value.</summary>
    /// <exception cref="ArgumentException">It is of a kind that templates don't know, or nests too deeply.</exception>
    public static object? From(object? value, int depth = 0)
    {
        if (depth > MaxDepth) throw new ArgumentException("A value for a chat template nests too deeply.", nameof(value));
        switch (value)
        {
            case null or bool or long or double or string:
                return value;
            case int or short or byte or sbyte or ushort or uint:
                return Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture);
            case float or decimal:
                return Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture);
            case JsonElement json:
                return FromJson(json, depth);
            case ChatMessage message:
                return message.ToValue();
            case IEnumerable<KeyValuePair<string, object?>> entries:
                var dict = new DictValue();
                foreach (var (key, entry) in entries) dict.Put(key, From(entry, depth + 1));
                return dict;
            case IEnumerable items:
                return items.Cast<object?>().Select(item => From(item, depth + 1)).ToList();
            default:
                throw new ArgumentException($"A chat template can't use a value of type {value.GetType().Name}.", nameof(value));
        }
    }

    private static object? FromJson(JsonElement json, int depth)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                return json.GetString();
            case JsonValueKind.Number:
                return json.TryGetInt64(out var whole) ? (object)whole : json.GetDouble();
            case JsonValueKind.True or JsonValueKind.False:
                return json.GetBoolean();
            case JsonValueKind.Array:
                return json.EnumerateArray().Select(item => From(item, depth + 1)).ToList();
            case JsonValueKind.Object:
                var dict = new DictValue();
                foreach (var field in json.EnumerateObject()) dict.Put(field.Name, From(field.Value, depth + 1));
                return dict;
            default:
                return null;
        }
    }
}
