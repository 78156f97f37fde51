using System.Text.Json;
using System.Text.Unicode;

namespace Sgasa.Modeling.IO;

/// <summary>One JSON object of a model's files, read field by field; every error names file and field.</summary>
/// <param name="Where">The file, and the path of this object within it.</param>
/// <param name="Element">The object.</param>
internal readonly record struct JsonSection(string Where, JsonElement Element)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Reads a whole file whose top is an object.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">Larger files are refused unread.</param>
    /// <exception cref="ModelFormatException">
    /// The file is missing, too large, not UTF-8 JSON, or not an object.
    /// </exception>
    public static JsonSection ReadFile(string path, long maxBytes = 64L << 20)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length > maxBytes)
                throw new ModelFormatException(path, $"has {length} bytes, more than the {maxBytes} it may have");
            return Parse(path, File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelFormatException(path, "there is no such file", "A model folder needs it", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFormatException(path, "can't be read: " + e.Message, null, e);
        }
    }

    /// <summary>Reads an object from bytes; a byte order mark is allowed.</summary>
    public static JsonSection Parse(string where, ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Span.StartsWith("\uFEFF"u8)) utf8 = utf8[3..];
        if (!Utf8.IsValid(utf8.Span)) throw new ModelFormatException(where, "is not valid UTF-8", "Fetch the file again");
        try
        {
            var root = JsonDocument.Parse(utf8, Strict).RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw new ModelFormatException(where, $"holds a JSON {Name(root.ValueKind)}, not an object");
            return new JsonSection(where, root);
        }
        catch (JsonException e)
        {
            var line = e.LineNumber is { } number ? $" line {number + 1}" : "";
            throw new ModelFormatException(where + line, "is not valid JSON", "Fetch the file again", e);
        }
        catch (InvalidOperationException e)
        {
            // Field names are compared unescaped, and one of them has an escape that is no character.
            throw new ModelFormatException(where, "has a field whose name is not valid Unicode text", null, e);
        }
    }

    /// <summary>An error about one field of this object.</summary>
    public ModelFormatException Error(string field, string what, string? remedy = null) =>
        new($"{Where}, {field}", what, remedy);

    /// <summary>The field's value, or null where it is absent or JSON null.</summary>
    public JsonElement? Find(string field) =>
        Element.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public JsonSection? Section(string field) => Find(field) is { } value ? SectionOf(field, value) : null;

    /// <summary>
    /// The value of a field that was met on the way through all of them; finding it again would take long.
    /// </summary>
    public JsonSection SectionOf(string field, JsonElement value) => value.ValueKind == JsonValueKind.Object
        ? new JsonSection($"{Where}, {field}", value)
        : throw Unexpected(field, value, "an object");

    public JsonSection RequiredSection(string field) => Section(field) ?? throw Missing(field);

    /// <summary>Every field with its value.</summary>
    public IEnumerable<(string Name, JsonElement Value)> Fields()
    {
        foreach (var field in Element.EnumerateObject()) yield return (NameOf(field), field.Value);
    }

    /// <summary>The objects of an array field; nothing where it is absent.</summary>
    public IEnumerable<JsonSection> Sections(string field)
    {
        if (Find(field) is not { } value) yield break;
        if (value.ValueKind != JsonValueKind.Array) throw Unexpected(field, value, "an array");
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object) throw Unexpected($"{field}[{index}]", item, "an object");
            yield return new JsonSection($"{Where}, {field}[{index++}]", item);
        }
    }

    public string? String(string field) => Find(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => TextOf(field, value),
        { } value => throw Unexpected(field, value, "a string"),
    };

    public string RequiredString(string field) => String(field) ?? throw Missing(field);

    public bool? Boolean(string field) => Find(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => throw Unexpected(field, value, "true or false"),
    };

    public int? Integer(string field) => Find(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out var number) => number,
        { } value => throw Unexpected(field, value, "a whole number"),
    };

    public int RequiredInteger(string field) => Integer(field) ?? throw Missing(field);

    /// <summary>A whole number above 0.</summary>
    public int Positive(string field)
    {
        var value = RequiredInteger(field);
        return value > 0 ? value : throw Error(field, $"is {value}, but must be positive");
    }

    /// <summary>A value that is one whole number, or an array of them.</summary>
    public int[] Integers(string field, JsonElement value)
    {
        var items = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToArray() : [value];
        var numbers = new int[items.Length];
        for (var i = 0; i < items.Length; i++)
            if (items[i].ValueKind != JsonValueKind.Number || !items[i].TryGetInt32(out numbers[i]))
                throw Unexpected(field, items[i], "a whole number");
        return numbers;
    }

    /// <summary>An array of texts; null where the field is absent.</summary>
    public string[]? Strings(string field)
    {
        if (Find(field) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Array) throw Unexpected(field, value, "an array");
        var texts = new List<string>();
        foreach (var item in value.EnumerateArray())
            texts.Add(item.ValueKind == JsonValueKind.String ? TextOf(field, item) : throw Unexpected(field, item, "a string"));
        return [.. texts];
    }

    public double? Number(string field) => Find(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetDouble(out var n) && double.IsFinite(n) => n,
        { } value => throw Unexpected(field, value, "a number"),
    };

    public double RequiredNumber(string field) => Number(field) ?? throw Missing(field);

    /// <summary>A number above 0.</summary>
    public double PositiveNumber(string field)
    {
        var value = RequiredNumber(field);
        return value > 0 ? value : throw Error(field, $"is {value}, but must be positive");
    }

    /// <summary>An array of numbers; null where the field is absent.</summary>
    public double[]? Numbers(string field)
    {
        if (Find(field) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Array) throw Unexpected(field, value, "an array");
        var numbers = new List<double>();
        foreach (var item in value.EnumerateArray())
            numbers.Add(item.ValueKind == JsonValueKind.Number && item.TryGetDouble(out var number) && double.IsFinite(number)
                ? number
                : throw Unexpected(field, item, "a number"));
        return [.. numbers];
    }

    public ModelFormatException Missing(string field) => Error(field, "is missing");

    public ModelFormatException Unexpected(string field, JsonElement value, string wanted) =>
        Error(field, $"is {Name(value.ValueKind)} where {wanted} is wanted");

    /// <summary>A JSON string may hold an escaped half of a surrogate pair, which is no text.</summary>
    public string TextOf(string field, JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Error(field, "is not valid Unicode text");
        }
    }

    private string NameOf(JsonProperty field)
    {
        try
        {
            return field.Name;
        }
        catch (InvalidOperationException)
        {
            throw new ModelFormatException(Where, "has a field whose name is not valid Unicode text");
        }
    }

    private static string Name(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number of another kind",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    };
}
