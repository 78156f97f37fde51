using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Sgasa.Modeling;
using Sgasa.Modeling.Training;

namespace Sgasa.Contracts;

/// <summary>
/// Settings of adapters and trainings as JSON under TRL's and PEFT's names (<c>lora_alpha</c>, <c>num_train_epochs</c>). What is not
/// said has the library's default.
/// </summary>
public static class SettingsJson
{
    /// <summary>An adapter's settings, all of them.</summary>
    public static string Write(LoraConfig lora) => JsonSerializer.Serialize(lora, SettingsMembersJson.Default.LoraConfig);

    /// <summary>A training's settings, all of them.</summary>
    public static string Write(TrainingArguments arguments) => arguments switch
    {
        SftConfig sft => JsonSerializer.Serialize(sft, SettingsMembersJson.Default.SftConfig),
        DpoConfig dpo => JsonSerializer.Serialize(dpo, SettingsMembersJson.Default.DpoConfig),
        _ => throw new ArgumentException($"{arguments?.GetType()} is no kind of training.", nameof(arguments)),
    };

    /// <summary>Reads an adapter's settings; an empty text has all defaults.</summary>
    /// <exception cref="JsonException">It is no such settings.</exception>
    public static LoraConfig ReadLora(string json) => Read(json, SettingsMembersJson.Default.LoraConfig, new LoraConfig());

    /// <summary>Reads an SFT run's settings; an empty text has all defaults.</summary>
    /// <exception cref="JsonException">It is no such settings.</exception>
    public static SftConfig ReadSft(string json) => Read(json, SettingsMembersJson.Default.SftConfig, new SftConfig());

    /// <summary>Reads a DPO run's settings; an empty text has all defaults.</summary>
    /// <exception cref="JsonException">It is no such settings.</exception>
    public static DpoConfig ReadDpo(string json) => Read(json, SettingsMembersJson.Default.DpoConfig, new DpoConfig());

    // Generated metadata alone would make a member that is not said 0, since it sets every init-only member.
    private static T Read<T>(string json, JsonTypeInfo<T> type, T defaults)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (json.Length == 0) return defaults;
        if (JsonNode.Parse(json) is not JsonObject said) throw new JsonException("Settings are a JSON object.");
        var whole = JsonSerializer.SerializeToNode(defaults, type)!.AsObject();
        JsonOverlay.Put(whole, said);
        return whole.Deserialize(type)!;
    }
}

/// <summary>An enumeration's members as TRL writes them, such as <c>keep_start</c>.</summary>
internal sealed class TrlWord<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>The settings' members as they are.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters = [typeof(TrlWord<LrSchedulerType>), typeof(TrlWord<TruncationMode>), typeof(TrlWord<DpoLossType>)],
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(LoraConfig))]
[JsonSerializable(typeof(SftConfig))]
[JsonSerializable(typeof(DpoConfig))]
internal sealed partial class SettingsMembersJson : JsonSerializerContext;
