using System.Text.Json;
using Sgasa.Modeling.IO;

namespace Sgasa.Modeling.Architectures;

/// <summary>
/// Writes <c>config.json</c> and <c>generation_config.json</c> so that releases 4 and 5 of transformers read them.
/// </summary>
internal static class ModelConfigWriter
{
    /// <summary>Writes both files.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="config">The architecture.</param>
    /// <param name="dtype">The weights' type as torch calls it.</param>
    /// <exception cref="ModelFormatException">A file can't be written.</exception>
    public static void Write(string folder, ModelConfig config, string dtype)
    {
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
        var family = ModelFamilies.Of(config);
        json.WriteStartArray("architectures");
        json.WriteStringValue(family.ClassName);
        json.WriteEndArray();
        foreach (var key in family.Keys) key.Write(json, config);
        json.WriteNumber("attention_dropout", 0.0);
        json.WriteString("dtype", dtype);
        json.WriteNumber("head_dim", config.HeadDim);
        json.WriteString("hidden_act", family.Activations[0]);
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
            if (name == "rope_parameters" && config.PartialRotaryFactor != 1)
                json.WriteNumber("partial_rotary_factor", config.PartialRotaryFactor);
            json.WriteString("rope_type", config.RopeScaling?.Type ?? "default");
            config.RopeScaling?.Write(json);
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
