using System.Text.Json;
using Sgasa.Modeling.Safetensors;

namespace Sgasa.Modeling;

/// <summary>
/// Writes a model as a Hugging Face folder: configuration and weights. Tokenizer files are written beside them.
/// </summary>
public static class ModelFolderWriter
{
    /// <summary>Writes <c>model.safetensors</c> or its shards, <c>config.json</c> and <c>generation_config.json</c>.</summary>
    /// <param name="folder">The folder; made where it is missing, older files of these names are replaced.</param>
    /// <param name="config">The architecture.</param>
    /// <param name="weights">The weights under Hugging Face's names, such as a model's named parameters.</param>
    /// <param name="maxShardBytes">Largest weight file in bytes; more becomes several.</param>
    /// <exception cref="ModelFormatException">A file can't be written.</exception>
    public static void Write(
        string folder, ModelConfig config, IReadOnlyCollection<TensorToWrite> weights,
        long maxShardBytes = ShardedWriter.DefaultMaxShardBytes)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(weights);
        var stored = weights.Select(w => w.Dtype).Distinct().ToArray();
        var dtype = stored is [SafetensorsDtype.BF16] ? "bfloat16" : stored is [SafetensorsDtype.F16] ? "float16" : "float32";
        ShardedWriter.Write(folder, weights, maxShardBytes);
        WriteJson(Path.Combine(folder, "config.json"), json => WriteConfig(json, config, dtype));
        WriteJson(Path.Combine(folder, "generation_config.json"), json => WriteTokens(json, config));
    }

    private static void WriteJson(string path, Action<Utf8JsonWriter> write) => AtomicFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
    });

    private static void WriteConfig(Utf8JsonWriter json, ModelConfig config, string dtype)
    {
        json.WriteStartArray("architectures");
        json.WriteStringValue(config.ModelType switch
        {
            "qwen2" => "Qwen2ForCausalLM",
            "qwen3" => "Qwen3ForCausalLM",
            "llama" => "LlamaForCausalLM",
            var other => throw new ArgumentException($"Model type '{other}' can't be written.", nameof(config)),
        });
        json.WriteEndArray();
        // Qwen2's biases are part of the architecture, and its configuration has no word for them.
        if (config.ModelType != "qwen2") json.WriteBoolean("attention_bias", config.AttentionBias);
        json.WriteNumber("attention_dropout", 0.0);
        json.WriteString("dtype", dtype);
        json.WriteNumber("head_dim", config.HeadDim);
        json.WriteString("hidden_act", "silu");
        json.WriteNumber("hidden_size", config.HiddenSize);
        json.WriteNumber("intermediate_size", config.IntermediateSize);
        json.WriteNumber("max_position_embeddings", config.MaxPositionEmbeddings);
        json.WriteString("model_type", config.ModelType);
        json.WriteNumber("num_attention_heads", config.NumAttentionHeads);
        json.WriteNumber("num_hidden_layers", config.NumHiddenLayers);
        json.WriteNumber("num_key_value_heads", config.NumKeyValueHeads);
        json.WriteNumber("rms_norm_eps", config.RmsNormEps);
        WriteRope(json, config);
        json.WriteBoolean("tie_word_embeddings", config.TieWordEmbeddings);
        // Release 4 reads this spelling of "dtype" and of the rotation's base.
        json.WriteString("torch_dtype", dtype);
        json.WriteNumber("rope_theta", config.RopeTheta);
        json.WriteNumber("vocab_size", config.VocabSize);
        WriteTokens(json, config);
    }

    private static void WriteRope(Utf8JsonWriter json, ModelConfig config)
    {
        foreach (var name in config.RopeScaling is null ? ["rope_parameters"] : new[] { "rope_parameters", "rope_scaling" })
        {
            json.WriteStartObject(name);
            if (name == "rope_parameters") json.WriteNumber("rope_theta", config.RopeTheta);
            json.WriteString("rope_type", config.RopeScaling is null ? "default" : "llama3");
            if (config.RopeScaling is { } scaling)
            {
                json.WriteNumber("factor", scaling.Factor);
                json.WriteNumber("high_freq_factor", scaling.HighFreqFactor);
                json.WriteNumber("low_freq_factor", scaling.LowFreqFactor);
                json.WriteNumber("original_max_position_embeddings", scaling.OriginalMaxPositionEmbeddings);
            }
            json.WriteEndObject();
        }
    }

    private static void WriteTokens(Utf8JsonWriter json, ModelConfig config)
    {
        WriteToken(json, "bos_token_id", config.BosTokenId is { } bos ? [bos] : []);
        WriteToken(json, "eos_token_id", config.EosTokenIds);
        WriteToken(json, "pad_token_id", config.PadTokenId is { } pad ? [pad] : []);
    }

    private static void WriteToken(Utf8JsonWriter json, string name, IReadOnlyList<int> ids)
    {
        if (ids.Count == 0) json.WriteNull(name);
        else if (ids.Count == 1) json.WriteNumber(name, ids[0]);
        else
        {
            json.WriteStartArray(name);
            foreach (var id in ids) json.WriteNumberValue(id);
            json.WriteEndArray();
        }
    }
}
