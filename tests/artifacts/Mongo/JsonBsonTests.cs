using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;
using Sgasa.Artifacts.Mongo;

namespace Sgasa.Artifacts.Tests.Mongo;

public sealed class JsonBsonTests
{
    private static readonly Gen<string> Names = Gen.OneOf(
        Gen.String[Gen.Char.AlphaNumeric, 1, 8], Gen.OneOf("$set", "a.b", "%", "%24", "%2524", "a\0b", "é😀", "_id", "."));

    private static readonly Gen<JsonNode?> Leaves = Gen.OneOf<JsonNode?>(
        Gen.String[Gen.Char['\0', '\ud7ff'], 0, 12].Select(t => (JsonNode?)JsonValue.Create(t)),
        Gen.Long.Select(n => (JsonNode?)JsonValue.Create(n)),
        Gen.Double.Where(double.IsFinite).Select(n => (JsonNode?)JsonValue.Create(n)),
        Gen.Bool.Select(b => (JsonNode?)JsonValue.Create(b)),
        Gen.Const((JsonNode?)null));

    [Fact]
    public void ToBson_AnyObject_ComesBackTheSameAlsoFromBytes()
    {
        Objects(depth: 3).Sample(
            json =>
            {
                using var document = JsonDocument.Parse(json.ToJsonString());

                var bytes = JsonBson.ToBson(document.RootElement).ToBson();
                var back = JsonBson.ToJson(BsonSerializer.Deserialize<BsonDocument>(bytes));

                JsonNode.DeepEquals(JsonNode.Parse(back.Span), JsonNode.Parse(document.RootElement.GetRawText()))
                    .ShouldBeTrue(Encoding.UTF8.GetString(back.Span));
            },
            iter: 500,
            threads: 1);
    }

    [Fact]
    public void ToBson_NamesWithDollarsAndDots_HaveNeither()
    {
        using var json = JsonDocument.Parse("""{"$set":{"a.b":1,"%":2},"plain":3}""");

        var document = JsonBson.ToBson(json.RootElement);

        document.Names.ShouldBe(["%24set", "plain"]);
        document["%24set"].AsBsonDocument.Names.ShouldBe(["a%2Eb", "%25"]);
    }

    [Theory]
    [InlineData("0", BsonType.Int64)]
    [InlineData("-0", BsonType.Decimal128)]
    [InlineData("9223372036854775807", BsonType.Int64)]
    [InlineData("9223372036854775808", BsonType.Double)]
    [InlineData("1E+3", BsonType.Double)]
    public void ToBson_Number_IsWholeWhereItCanBe(string number, BsonType type)
    {
        using var json = JsonDocument.Parse($$"""{"n":{{number}}}""");

        JsonBson.ToBson(json.RootElement)["n"].BsonType.ShouldBe(type);
    }

    [Fact]
    public void ToJson_NegativeZero_KeepsItsSign()
    {
        using var json = JsonDocument.Parse("""{"n":-0}""");

        var back = JsonBson.ToJson(BsonSerializer.Deserialize<BsonDocument>(JsonBson.ToBson(json.RootElement).ToBson()));

        Encoding.UTF8.GetString(back.Span).ShouldBe("""{"n":-0}""");
    }

    [Fact]
    public void ToJson_TypesThatJsonLacks_AreText()
    {
        var document = new BsonDocument { ["id"] = ObjectId.Parse("0123456789abcdef01234567"), ["nan"] = double.NaN };

        Encoding.UTF8.GetString(JsonBson.ToJson(document).Span).ShouldBe("""{"id":"0123456789abcdef01234567","nan":"NaN"}""");
    }

    private static Gen<JsonObject> Objects(int depth) =>
        Gen.Select(Names, depth == 0 ? Leaves : Gen.OneOf(Leaves, Nodes(depth - 1))).Array[0, 5].Select(
            fields => new JsonObject(
                fields.DistinctBy(f => f.Item1).Select(f => KeyValuePair.Create(f.Item1, f.Item2?.DeepClone()))));

    private static Gen<JsonNode?> Nodes(int depth) => Gen.OneOf(
        Objects(depth).Select(o => (JsonNode?)o),
        Objects(depth).Array[0, 3].Select(items => (JsonNode?)new JsonArray([.. items])));
}
