using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Sgasa.Contracts;

/// <summary>
/// Reads recipes that an older version wrote: a number that it did not know yet has its default. Generated metadata alone
/// would make it 0, since it sets every init-only member.
/// </summary>
public sealed class RecipeJsonConverter : JsonConverter<Recipe>
{
    /// <inheritdoc />
    public override Recipe? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var whole = JsonSerializer.SerializeToNode(new Recipe(), RecipeMembersJson.Default.Recipe)!.AsObject();
        if (JsonNode.Parse(ref reader) is not JsonObject written) throw new JsonException("A recipe is a JSON object.");
        Overlay(whole, written);
        return whole.Deserialize(RecipeMembersJson.Default.Recipe);
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, Recipe value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, RecipeMembersJson.Default.Recipe);

    private static void Overlay(JsonObject target, JsonObject over)
    {
        foreach (var (name, value) in over)
        {
            if (target[name] is JsonObject inner && value is JsonObject more) Overlay(inner, more);
            else target[name] = value?.DeepClone();
        }
    }
}

/// <summary>The recipe's members as they are.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(Recipe))]
internal sealed partial class RecipeMembersJson : JsonSerializerContext;
