using Sgasa.Modeling.Architectures.Description;
using Sgasa.Modeling.Architectures.Rotary;
using Sgasa.Modeling.IO;

namespace Sgasa.Modeling.Architectures;

/// <summary>
/// Reads <c>config.json</c> and <c>generation_config.json</c>, as releases 4 and 5 of transformers write them.
/// </summary>
internal static class ModelConfigReader
{
    /// <summary>Reads a folder's configuration.</summary>
    /// <exception cref="ModelFormatException">
    /// A file is missing or damaged, or asks for what is not supported.
    /// </exception>
    public static ModelConfig Read(string folder)
    {
        var config = JsonSection.ReadFile(Path.Combine(folder, "config.json"));
        var generationPath = Path.Combine(folder, "generation_config.json");
        var generation = File.Exists(generationPath) ? JsonSection.ReadFile(generationPath) : (JsonSection?)null;
        return Read(config, generation);
    }

    /// <summary>Reads a configuration; what generation says about token ids goes before what the model says.</summary>
    internal static ModelConfig Read(JsonSection json, JsonSection? generation = null)
    {
        var type = json.RequiredString("model_type");
        var family = ModelFamilies.Find(type)
            ?? throw json.Error(
                "model_type", $"'{type}' is not supported", "Supported are " + string.Join(", ", ModelFamilies.Names));
        RefuseUnsupported(json, family);

        var heads = json.Positive("num_attention_heads");
        var hidden = json.Positive("hidden_size");
        if (json.Find("head_dim") is null && hidden % heads != 0)
            throw json.Error("hidden_size", $"{hidden} is not divisible by num_attention_heads, {heads}");
        var kvHeads = json.Find("num_key_value_heads") is null ? heads : json.Positive("num_key_value_heads");
        if (heads % kvHeads != 0)
            throw json.Error("num_attention_heads", $"{heads} is not divisible by num_key_value_heads, {kvHeads}");
        var vocabulary = json.Positive("vocab_size");
        var config = new ModelConfig
        {
            ModelType = type,
            VocabSize = vocabulary,
            HiddenSize = hidden,
            IntermediateSize = json.Positive("intermediate_size"),
            NumHiddenLayers = json.Positive("num_hidden_layers"),
            NumAttentionHeads = heads,
            NumKeyValueHeads = kvHeads,
            HeadDim = json.Find("head_dim") is null ? hidden / heads : json.Positive("head_dim"),
            RmsNormEps = json.Number("rms_norm_eps") ?? family.RmsNormEps,
            RopeTheta = json.Section("rope_parameters")?.Number("rope_theta") ?? json.Number("rope_theta") ?? family.RopeTheta,
            TieWordEmbeddings = json.Boolean("tie_word_embeddings") ?? family.TieWordEmbeddings,
            MaxPositionEmbeddings = json.Find("max_position_embeddings") is null ? 2048 : json.Positive("max_position_embeddings"),
            BosTokenId = TokenIds("bos_token_id", json, generation, vocabulary).Cast<int?>().FirstOrDefault(),
            EosTokenIds = TokenIds("eos_token_id", json, generation, vocabulary),
            PadTokenId = TokenIds("pad_token_id", json, generation, vocabulary).Cast<int?>().FirstOrDefault(),
        };
        config = family.Keys.Aggregate(config, (read, key) => key.Read(json, read));
        if (config.RotaryDim == 0) throw json.Error("head_dim", $"of {config.HeadDim} numbers none rotates");
        if (config.RotaryDim % 2 != 0) throw json.Error("head_dim", $"{config.RotaryDim} is odd, and rotation needs pairs");
        return config with { RopeScaling = ReadScaling(json, family, config.Rotary()) };
    }

    private static void RefuseUnsupported(JsonSection json, Architecture family)
    {
        if (json.Find("quantization_config") is not null)
            throw json.Error("quantization_config", "quantized weights are not supported", "Use the unquantized model");
        foreach (var key in family.RefusedWhenTrue)
            if (json.Boolean(key) == true) throw json.Error(key, "true is not supported");
        if (json.String("hidden_act") is { } activation && !family.Activations.Contains(activation))
            throw json.Error("hidden_act", $"'{activation}' is not supported; supported is {family.Activations[0]}");
        var kinds = Reads(family, "layer_types") ? [] : json.Strings("layer_types") ?? [];
        if (Array.Find(kinds, kind => kind != "full_attention") is { } other)
            throw json.Error("layer_types", $"'{other}' is not supported; supported is full_attention");
        if (!Reads(family, ConfigKey.PartialRotaryFactor.Name) && ConfigKey.RotaryShare(json) is not 1 and var share)
            throw json.Error(ConfigKey.PartialRotaryFactor.Name, $"{share} is not supported");
    }

    private static bool Reads(Architecture family, string key) => family.Keys.Any(read => read.Name == key);

    /// <summary>
    /// Release 5 has <c>rope_parameters</c> with everything, release 4 <c>rope_scaling</c> beside <c>rope_theta</c>.
    /// </summary>
    private static RopeScaling? ReadScaling(JsonSection json, Architecture family, RotaryShape shape)
    {
        if ((json.Section("rope_parameters") ?? json.Section("rope_scaling")) is not { } rope) return null;
        var supported = "Supported are " + string.Join(", ", family.RopeTypes.Prepend("default"));
        var type = rope.String("rope_type") ?? rope.String("type") ?? throw rope.Error("rope_type", "is missing", supported);
        if (type != "default" && !family.RopeTypes.Contains(type))
            throw rope.Error("rope_type", $"'{type}' is not supported", supported);
        return type switch
        {
            "default" => null,
            "dynamic" => DynamicScaling.Read(rope),
            "linear" => LinearScaling.Read(rope),
            "llama3" => Llama3Scaling.Read(rope),
            "longrope" => LongRopeScaling.Read(rope, json, shape),
            "yarn" => YarnScaling.Read(rope, shape.MaxPositionEmbeddings),
            _ => throw rope.Error("rope_type", $"'{type}' is not supported", supported),
        };
    }

    /// <summary>A field that holds one id, a list of ids, or nothing.</summary>
    private static int[] TokenIds(string field, JsonSection config, JsonSection? generation, int vocabulary)
    {
        var section = generation is { } g && g.Find(field) is not null ? g : config;
        if (section.Find(field) is not { } value) return [];
        var ids = section.Integers(field, value).Where(id => id >= 0).ToArray(); // -1 is an old way to say none
        foreach (var id in ids)
            if (id >= vocabulary)
                throw section.Error(field, $"{id} is not a token: the vocabulary has {vocabulary}");
        return ids;
    }
}
