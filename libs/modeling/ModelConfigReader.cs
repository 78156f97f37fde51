namespace Sgasa.Modeling;

/// <summary>
/// Reads <c>config.json</c> and <c>generation_config.json</c>, as releases 4 and 5 of transformers write them.
/// </summary>
internal static class ModelConfigReader
{
    private static readonly string[] Supported = ["llama", "qwen2", "qwen3"];

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
    internal static ModelConfig Read(JsonSection config, JsonSection? generation = null)
    {
        var type = config.RequiredString("model_type");
        if (!Supported.Contains(type))
            throw config.Error("model_type", $"'{type}' is not supported", "Supported are " + string.Join(", ", Supported));
        RefuseUnsupported(config);

        var heads = Positive(config, "num_attention_heads");
        var hidden = Positive(config, "hidden_size");
        if (config.Find("head_dim") is null && hidden % heads != 0)
            throw config.Error("hidden_size", $"{hidden} is not divisible by num_attention_heads, {heads}");
        var kvHeads = config.Find("num_key_value_heads") is null ? heads : Positive(config, "num_key_value_heads");
        if (heads % kvHeads != 0)
            throw config.Error("num_attention_heads", $"{heads} is not divisible by num_key_value_heads, {kvHeads}");
        var headDim = config.Find("head_dim") is null ? hidden / heads : Positive(config, "head_dim");
        if (headDim % 2 != 0) throw config.Error("head_dim", $"{headDim} is odd, and rotation needs pairs");
        var vocabulary = Positive(config, "vocab_size");
        return new ModelConfig
        {
            ModelType = type,
            VocabSize = vocabulary,
            HiddenSize = hidden,
            IntermediateSize = Positive(config, "intermediate_size"),
            NumHiddenLayers = Positive(config, "num_hidden_layers"),
            NumAttentionHeads = heads,
            NumKeyValueHeads = kvHeads,
            HeadDim = headDim,
            RmsNormEps = config.Number("rms_norm_eps") ?? 1e-6,
            RopeTheta = config.Section("rope_parameters")?.Number("rope_theta") ?? config.Number("rope_theta") ?? 10000,
            RopeScaling = ReadScaling(config),
            TieWordEmbeddings = config.Boolean("tie_word_embeddings") ?? false,
            // Qwen2's biases are part of the architecture; the others name theirs.
            AttentionBias = type == "qwen2" || (config.Boolean("attention_bias") ?? false),
            QkNorm = type == "qwen3",
            MaxPositionEmbeddings = config.Find("max_position_embeddings") is null
                ? 2048
                : Positive(config, "max_position_embeddings"),
            BosTokenId = TokenIds("bos_token_id", config, generation, vocabulary).Cast<int?>().FirstOrDefault(),
            EosTokenIds = TokenIds("eos_token_id", config, generation, vocabulary),
            PadTokenId = TokenIds("pad_token_id", config, generation, vocabulary).Cast<int?>().FirstOrDefault(),
        };
    }

    private static void RefuseUnsupported(JsonSection config)
    {
        if (config.Find("quantization_config") is not null)
            throw config.Error("quantization_config", "quantized weights are not supported", "Use the unquantized model");
        if (config.Boolean("use_sliding_window") == true)
            throw config.Error("use_sliding_window", "true is not supported");
        if (config.Boolean("mlp_bias") == true) throw config.Error("mlp_bias", "true is not supported");
        if (config.String("hidden_act") is { } activation && activation is not ("silu" or "swish"))
            throw config.Error("hidden_act", $"'{activation}' is not supported; supported is silu");
    }

    /// <summary>
    /// Release 5 has <c>rope_parameters</c> with everything, release 4 <c>rope_scaling</c> beside <c>rope_theta</c>.
    /// </summary>
    private static RopeScaling? ReadScaling(JsonSection config)
    {
        if ((config.Section("rope_parameters") ?? config.Section("rope_scaling")) is not { } rope) return null;
        var type = rope.String("rope_type") ?? rope.String("type")
            ?? throw rope.Error("rope_type", "is missing", "Supported are default and llama3");
        return type switch
        {
            "default" => null,
            "llama3" => new RopeScaling(
                PositiveNumber(rope, "factor"),
                PositiveNumber(rope, "low_freq_factor"),
                PositiveNumber(rope, "high_freq_factor"),
                Positive(rope, "original_max_position_embeddings")),
            _ => throw rope.Error("rope_type", $"'{type}' is not supported", "Supported are default and llama3"),
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

    private static int Positive(JsonSection section, string field)
    {
        var value = section.RequiredInteger(field);
        return value > 0 ? value : throw section.Error(field, $"is {value}, but must be positive");
    }

    private static double PositiveNumber(JsonSection section, string field)
    {
        var value = section.RequiredNumber(field);
        return value > 0 ? value : throw section.Error(field, $"is {value}, but must be positive");
    }
}
