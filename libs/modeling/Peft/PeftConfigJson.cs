using System.Text.Json;
using Sgasa.Modeling.Lora;

namespace Sgasa.Modeling.Peft;

/// <summary><c>adapter_config.json</c>, with the fields that PEFT writes for LoRA.</summary>
internal static class PeftConfigJson
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "adapter_config.json";

    private const int MaxRank = 1024;

    /// <summary>
    /// Fields that change the computation in ways not supported; each must be absent, null, false or empty.
    /// </summary>
    private static readonly string[] MustBeEmpty =
    [
        "use_dora", "use_qalora", "rank_pattern", "alpha_pattern", "modules_to_save", "layer_replication", "layers_to_transform",
        "exclude_modules", "trainable_token_indices", "target_parameters", "fan_in_fan_out", "lora_bias", "alora_invocation_tokens",
    ];

    /// <summary>Reads a folder's configuration.</summary>
    /// <exception cref="ModelFormatException">It is missing, damaged, or asks for what is not supported.</exception>
    public static (LoraConfig Lora, string? BaseModel) Read(string folder)
    {
        var config = JsonSection.ReadFile(Path.Combine(folder, FileName));
        var type = config.RequiredString("peft_type");
        if (type != "LORA") throw config.Error("peft_type", $"'{type}' is not supported", "Supported is LORA");
        if (config.String("task_type") is { } task && task != "CAUSAL_LM")
            throw config.Error("task_type", $"'{task}' is not supported", "Supported is CAUSAL_LM");
        foreach (var field in MustBeEmpty)
            if (config.Find(field) is { } value && !IsEmpty(value))
                throw config.Error(field, "is set, which is not supported", "Merge the adapter into its base model with PEFT");
        if (config.String("bias") is { } bias && bias != "none")
            throw config.Error("bias", $"'{bias}' is not supported", "Supported is none");
        var rank = config.RequiredInteger("r");
        if (rank is < 1 or > MaxRank) throw config.Error("r", $"is {rank}, but must be from 1 to {MaxRank}");
        var alpha = config.RequiredNumber("lora_alpha");
        if (alpha is <= 0 or > 1e6) throw config.Error("lora_alpha", $"is {alpha}, but must be above 0 and at most 1000000");
        var lora = new LoraConfig
        {
            Rank = rank,
            Alpha = alpha,
            TargetModules = Targets(config),
            UseRslora = config.Boolean("use_rslora") ?? false,
        };
        return (lora, config.String("base_model_name_or_path"));
    }

    /// <summary>Writes the configuration as PEFT does: keys in alphabetical order, two spaces of indentation.</summary>
    /// <exception cref="ModelFormatException">The file can't be written.</exception>
    public static void Write(string folder, LoraConfig lora, string? baseModel) =>
        AtomicFile.Write(Path.Combine(folder, FileName), stream =>
        {
            using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
            json.WriteStartObject();
            WriteEmpty(json, "alpha_pattern");
            json.WriteNull("auto_mapping");
            json.WriteString("base_model_name_or_path", baseModel);
            json.WriteString("bias", "none");
            json.WriteNull("corda_config");
            json.WriteNull("eva_config");
            json.WriteNull("exclude_modules");
            json.WriteBoolean("fan_in_fan_out", false);
            json.WriteBoolean("inference_mode", true);
            json.WriteBoolean("init_lora_weights", true);
            json.WriteNull("layer_replication");
            json.WriteNull("layers_pattern");
            json.WriteNull("layers_to_transform");
            WriteEmpty(json, "loftq_config");
            json.WriteNumber("lora_alpha", lora.Alpha);
            json.WriteBoolean("lora_bias", false);
            json.WritePropertyName("lora_dropout");
            json.WriteRawValue("0.0");
            json.WriteNull("megatron_config");
            json.WriteString("megatron_core", "megatron.core");
            json.WriteNull("modules_to_save");
            json.WriteString("peft_type", "LORA");
            json.WriteNumber("r", lora.Rank);
            WriteEmpty(json, "rank_pattern");
            json.WriteNull("revision");
            json.WriteStartArray("target_modules");
            foreach (var target in lora.TargetModules.Order(StringComparer.Ordinal)) json.WriteStringValue(target);
            json.WriteEndArray();
            json.WriteString("task_type", "CAUSAL_LM");
            json.WriteNull("trainable_token_indices");
            json.WriteBoolean("use_dora", false);
            json.WriteBoolean("use_rslora", lora.UseRslora);
            json.WriteEndObject();
        });

    /// <summary>
    /// A list of names; a text is a pattern, of which only PEFT's own word for everything is understood.
    /// </summary>
    private static IReadOnlyList<string> Targets(JsonSection config)
    {
        if (config.Find("target_modules") is { ValueKind: JsonValueKind.String })
            return config.String("target_modules") == "all-linear"
                ? LoraConfig.AllLinear
                : throw config.Error("target_modules", "is a pattern, which is not supported", "Name the modules in a list");
        var targets = config.Strings("target_modules") ?? throw config.Missing("target_modules");
        foreach (var target in targets)
            if (!LoraConfig.AllLinear.Contains(target))
                throw config.Error(
                    "target_modules", $"'{target}' is not supported", "Supported are " + string.Join(", ", LoraConfig.AllLinear));
        if (targets.Length == 0) throw config.Error("target_modules", "is empty");
        return [.. LoraConfig.AllLinear.Where(targets.Contains)];
    }

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.False => true,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        _ => false,
    };

    private static void WriteEmpty(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject(name);
        json.WriteEndObject();
    }
}
