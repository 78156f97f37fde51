using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sgasa.Modeling.IO;

namespace Sgasa.Modeling.Peft;

/// <summary><c>adapter_config.json</c>, with the fields that PEFT writes for LoRA.</summary>
internal static class PeftConfigJson
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "adapter_config.json";

    /// <summary>
    /// Fields that change the computation in ways not supported; each must be absent, null, false or empty.
    /// </summary>
    private static readonly string[] MustBeEmpty =
    [
        "use_dora", "use_qalora", "modules_to_save", "layer_replication", "exclude_modules", "trainable_token_indices",
        "target_parameters", "fan_in_fan_out", "lora_bias", "alora_invocation_tokens", "megatron_config",
    ];

    /// <summary>Ways of drawing the first weights that leave the base model as it is; others (PiSSA, OLoRA) change it.</summary>
    private static readonly string[] HarmlessStarts = ["gaussian", "orthogonal", "eva"];

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
        CheckStart(config);
        var lora = new LoraConfig
        {
            R = Rank(config, "r", config.RequiredInteger("r")),
            LoraAlpha = Alpha(config, "lora_alpha", config.RequiredNumber("lora_alpha")),
            LoraDropout = Dropout(config),
            TargetModules = Targets(config),
            TargetPattern = TargetPattern(config),
            LayersToTransform = Layers(config),
            RankPattern = Patterns(config, "rank_pattern", (section, key) => Rank(section, key, section.RequiredInteger(key))),
            AlphaPattern = Patterns(config, "alpha_pattern", (section, key) => Alpha(section, key, section.RequiredNumber(key))),
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
            WritePattern(json, "alpha_pattern", lora.AlphaPattern, json.WriteNumberValue);
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
            WriteLayers(json, lora.LayersToTransform);
            WritePattern<int>(json, "loftq_config", [], json.WriteNumberValue);
            json.WriteNumber("lora_alpha", lora.LoraAlpha);
            json.WriteBoolean("lora_bias", false);
            json.WritePropertyName("lora_dropout");
            var dropout = lora.LoraDropout.ToString("R", CultureInfo.InvariantCulture);
            json.WriteRawValue(lora.LoraDropout is 0 or 1 ? dropout + ".0" : dropout); // as Python writes it
            json.WriteNull("megatron_config");
            json.WriteString("megatron_core", "megatron.core");
            json.WriteNull("modules_to_save");
            json.WriteString("peft_type", "LORA");
            json.WriteNumber("r", lora.R);
            WritePattern(json, "rank_pattern", lora.RankPattern, json.WriteNumberValue);
            json.WriteNull("revision");
            WriteTargets(json, lora);
            json.WriteString("task_type", "CAUSAL_LM");
            json.WriteNull("trainable_token_indices");
            json.WriteBoolean("use_dora", false);
            json.WriteBoolean("use_rslora", lora.UseRslora);
            json.WriteEndObject();
        });

    private static int Rank(JsonSection section, string field, int rank) => rank is >= 1 and <= LoraConfig.MaxRank
        ? rank
        : throw section.Error(field, $"is {rank}, but must be from 1 to {LoraConfig.MaxRank}");

    private static double Alpha(JsonSection section, string field, double alpha) => alpha is > 0 and <= 1e6
        ? alpha
        : throw section.Error(field, $"is {alpha}, but must be above 0 and at most 1000000");

    private static double Dropout(JsonSection config)
    {
        var dropout = config.Number("lora_dropout") ?? 0;
        return dropout is >= 0 and <= 1 ? dropout : throw config.Error("lora_dropout", $"is {dropout}, but must be from 0 to 1");
    }

    /// <summary>Some ways to begin take the update off the base weights, which are then not those of the base model.</summary>
    private static void CheckStart(JsonSection config)
    {
        if (config.Find("init_lora_weights") is not { ValueKind: JsonValueKind.String }) return;
        var start = config.String("init_lora_weights")!;
        if (!HarmlessStarts.Contains(start))
            throw config.Error(
                "init_lora_weights", $"'{start}' is not supported, since it may change the base weights",
                "Convert the adapter to plain LoRA with PEFT");
    }

    /// <summary>A list of names or of ends of paths; PEFT has a word of its own for everything.</summary>
    private static IReadOnlyList<string> Targets(JsonSection config)
    {
        if (config.Find("target_modules") is { ValueKind: JsonValueKind.String }) return LoraConfig.AllLinear;
        var targets = config.Strings("target_modules") ?? throw config.Missing("target_modules");
        var known = ModelFamilies.ProjectionNames;
        foreach (var target in targets)
            if (!known.Contains(target[(target.LastIndexOf('.') + 1)..]))
                throw config.Error("target_modules", $"'{target}' is not supported", "Supported are " + string.Join(", ", known));
        if (targets.Length == 0) throw config.Error("target_modules", "is empty");
        return [.. known.Where(targets.Contains), .. targets.Where(target => target.Contains('.')).Distinct()];
    }

    private static string? TargetPattern(JsonSection config)
    {
        if (config.Find("target_modules") is not { ValueKind: JsonValueKind.String }) return null;
        var pattern = config.String("target_modules")!;
        if (pattern == "all-linear") return null;
        CheckPattern(config, "target_modules", pattern);
        return pattern;
    }

    /// <summary>One layer or several; PEFT allows that beside a list of targets only.</summary>
    private static int[]? Layers(JsonSection config)
    {
        if (config.Find("layers_pattern") is { } pattern && !IsEmpty(pattern))
        {
            var names = pattern.ValueKind == JsonValueKind.String
                ? [config.String("layers_pattern")!]
                : config.Strings("layers_pattern") ?? [];
            if (!names.Contains("layers")) throw config.Error("layers_pattern", "is not supported", "Supported is layers");
        }
        if (config.Find("layers_to_transform") is not { } value || IsEmpty(value)) return null;
        if (TargetPattern(config) is not null)
            throw config.Error("layers_to_transform", "does not go with a target_modules that is a pattern");
        return config.Integers("layers_to_transform", value);
    }

    private static Dictionary<string, T> Patterns<T>(JsonSection config, string field, Func<JsonSection, string, T> read)
    {
        var patterns = new Dictionary<string, T>(StringComparer.Ordinal);
        if (config.Section(field) is not { } section) return patterns;
        foreach (var (pattern, _) in section.Fields())
        {
            CheckPattern(config, field, pattern);
            patterns.Add(pattern, read(section, pattern));
        }
        return patterns;
    }

    private static void CheckPattern(JsonSection config, string field, string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant);
        }
        catch (ArgumentException e)
        {
            throw new ModelFormatException($"{config.Where}, {field}", $"'{pattern}' is no regular expression", null, e);
        }
    }

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.False => true,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        _ => false,
    };

    private static void WritePattern<T>(
        Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, T>> values, Action<T> write)
    {
        json.WriteStartObject(name);
        foreach (var (pattern, value) in values)
        {
            json.WritePropertyName(pattern);
            write(value);
        }
        json.WriteEndObject();
    }

    private static void WriteLayers(Utf8JsonWriter json, IReadOnlyList<int>? layers)
    {
        json.WritePropertyName("layers_to_transform");
        if (layers is null)
        {
            json.WriteNullValue();
            return;
        }
        json.WriteStartArray();
        foreach (var layer in layers) json.WriteNumberValue(layer);
        json.WriteEndArray();
    }

    private static void WriteTargets(Utf8JsonWriter json, LoraConfig lora)
    {
        json.WritePropertyName("target_modules");
        if (lora.TargetPattern is { } pattern)
        {
            json.WriteStringValue(pattern);
            return;
        }
        json.WriteStartArray();
        foreach (var target in lora.TargetModules.Order(StringComparer.Ordinal)) json.WriteStringValue(target);
        json.WriteEndArray();
    }
}
