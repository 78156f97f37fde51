using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Sgasa.Modeling;
using Sgasa.Modeling.Training;

namespace Sgasa.Contracts;

/// <summary>
/// Writes what a recipe may say, and reads recipes that an older version wrote: a setting that it did not know yet has its default,
/// and one that it called otherwise its new name. Generated metadata alone would make an unknown one 0, since it sets every
/// init-only member.
/// </summary>
public sealed class RecipeJsonConverter : JsonConverter<Recipe>
{
    private static readonly JsonTypeInfo<Recipe> Written = (JsonTypeInfo<Recipe>)new JsonSerializerOptions(
        RecipeMembersJson.Default.Options)
    {
        TypeInfoResolver = RecipeMembersJson.Default.WithAddedModifier(HideFixed),
    }.GetTypeInfo(typeof(Recipe));

    /// <inheritdoc />
    public override Recipe? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var whole = JsonSerializer.SerializeToNode(new Recipe(), RecipeMembersJson.Default.Recipe)!.AsObject();
        if (JsonNode.Parse(ref reader) is not JsonObject written) throw new JsonException("A recipe is a JSON object.");
        Rename(written, "lora", typeof(LoraConfig));
        Rename(written, "sft", typeof(SftConfig));
        Rename(written, "dpo", typeof(DpoConfig));
        JsonOverlay.Put(whole, written);
        return whole.Deserialize(RecipeMembersJson.Default.Recipe);
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, Recipe value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, Written);

    private static void HideFixed(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.AttributeProvider is System.Reflection.PropertyInfo { DeclaringType: { } declaring, Name: var name }
                && RecipeKeys.ReasonAgainst(declaring, name) is not null)
                property.ShouldSerialize = (_, _) => false;
        }
    }

    private static void Rename(JsonObject recipe, string name, Type type)
    {
        if (recipe[name] is not JsonObject group) return;
        foreach (var (key, value) in group.ToList())
        {
            if (RecipeKeys.NowCalled(type, key) is not { } now) continue;
            group.Remove(key);
            group[JsonNamingPolicy.CamelCase.ConvertName(now)] = value;
        }
        // Earlier versions wrote both, always.
        if (group[RecipeKeys.EarlierBatchSize] is not JsonValue b || !b.TryGetValue(out int batch)
            || group[RecipeKeys.EarlierMicroBatchSize] is not JsonValue m || !m.TryGetValue(out int micro)) return;
        var (size, steps) = RecipeKeys.Batches(batch, micro);
        group.Remove(RecipeKeys.EarlierBatchSize);
        group.Remove(RecipeKeys.EarlierMicroBatchSize);
        group["perDeviceTrainBatchSize"] = size;
        group["gradientAccumulationSteps"] = steps;
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
