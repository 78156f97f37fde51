using System.Buffers;
using System.Text.Json;
using MongoDB.Bson;

namespace Sgasa.Artifacts.Mongo;

/// <summary>
/// JSON objects as BSON documents with the same fields, and back to the same JSON values. Whole numbers are int64,
/// others double. Characters that a field's name may not have in a query (<c>$ . %</c>) or at all (NUL) are written as %XX.
/// </summary>
internal static class JsonBson
{
    private static readonly Decimal128 NegativeZero = Decimal128.Parse("-0");
    private static readonly SearchValues<char> Escaped = SearchValues.Create("$.%\0");

    /// <summary>The document of a JSON object.</summary>
    public static BsonDocument ToBson(JsonElement json)
    {
        var document = new BsonDocument();
        foreach (var property in json.EnumerateObject()) document.Add(Escape(property.Name), Value(property.Value));
        return document;
    }

    /// <summary>The JSON object of a document, in UTF-8.</summary>
    public static ReadOnlyMemory<byte> ToJson(BsonDocument document)
    {
        var buffer = new ArrayBufferWriter<byte>(1_024);
        using (var writer = new Utf8JsonWriter(buffer)) Write(writer, document);
        return buffer.WrittenMemory;
    }

    private static BsonValue Value(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => ToBson(json),
        JsonValueKind.Array => new BsonArray(json.EnumerateArray().Select(Value)),
        JsonValueKind.String => json.GetString(),
        JsonValueKind.True => BsonBoolean.True,
        JsonValueKind.False => BsonBoolean.False,
        JsonValueKind.Number => Number(json),
        _ => BsonNull.Value,
    };

    private static BsonValue Number(JsonElement json)
    {
        var number = json.GetDouble();
        // Negative zero is no whole number, and the driver would read it as a double without its sign.
        if (number == 0 && double.IsNegative(number)) return new BsonDecimal128(NegativeZero);
        return json.TryGetInt64(out var whole) ? new BsonInt64(whole) : new BsonDouble(number);
    }

    private static void Write(Utf8JsonWriter writer, BsonValue value)
    {
        switch (value.BsonType)
        {
            case BsonType.Document:
                writer.WriteStartObject();
                foreach (var element in value.AsBsonDocument)
                {
                    writer.WritePropertyName(Unescape(element.Name));
                    Write(writer, element.Value);
                }

                writer.WriteEndObject();
                break;
            case BsonType.Array:
                writer.WriteStartArray();
                foreach (var item in value.AsBsonArray) Write(writer, item);
                writer.WriteEndArray();
                break;
            case BsonType.String:
                writer.WriteStringValue(value.AsString);
                break;
            case BsonType.Boolean:
                writer.WriteBooleanValue(value.AsBoolean);
                break;
            case BsonType.Int32 or BsonType.Int64:
                writer.WriteNumberValue(value.ToInt64());
                break;
            case BsonType.Double when double.IsFinite(value.AsDouble):
                writer.WriteNumberValue(value.AsDouble);
                break;
            case BsonType.Decimal128 when !Decimal128.IsNaN(value.AsDecimal128) && !Decimal128.IsInfinity(value.AsDecimal128):
                writer.WriteRawValue(value.AsDecimal128.ToString());
                break;
            case BsonType.Null or BsonType.Undefined:
                writer.WriteNullValue();
                break;
            default:
                // No store writes these; a person with a shell might have.
                writer.WriteStringValue(value.ToString());
                break;
        }
    }

    private static string Escape(string name) => name.AsSpan().ContainsAny(Escaped)
        ? string.Concat(name.Select(c => Escaped.Contains(c) ? $"%{(int)c:X2}" : c.ToString()))
        : name;

    private static string Unescape(string name) => name.Contains('%', StringComparison.Ordinal)
        ? name.Replace("%24", "$", StringComparison.Ordinal)
            .Replace("%2E", ".", StringComparison.Ordinal)
            .Replace("%00", "\0", StringComparison.Ordinal)
            .Replace("%25", "%", StringComparison.Ordinal)
        : name;
}
