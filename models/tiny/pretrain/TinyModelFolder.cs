using System.Text.Json;
using System.Text.Json.Nodes;
using Sgasa.Modeling;
using Sgasa.Modeling.Safetensors;
using Sgasa.Modeling.Tokenization;
using TorchSharp.Modules;

namespace Sgasa.TinyModel;

/// <summary>Writes the tiny model as a Hugging Face folder.</summary>
internal static class TinyModelFolder
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private const int VocabularySize = 4_096;

    /// <summary>The architecture: Qwen2, about 2.8 million weights.</summary>
    public static ModelConfig Architecture(Tokenizer tokenizer) => new()
    {
        ModelType = "qwen2",
        VocabSize = VocabularySize,
        HiddenSize = 192,
        IntermediateSize = 512,
        NumHiddenLayers = 5,
        NumAttentionHeads = 6,
        NumKeyValueHeads = 2,
        HeadDim = 32,
        RmsNormEps = 1e-6,
        RopeTheta = 10_000,
        TieWordEmbeddings = true,
        AttentionBias = true,
        MaxPositionEmbeddings = 1_024,
        BosTokenId = null,
        EosTokenIds = [Id(tokenizer, TinyChat.TurnEnd)],
        PadTokenId = Id(tokenizer, TinyChat.EndOfText),
    };

    /// <summary>Writes tokenizer and chat template; the vocabulary is trained on the first texts of the corpus.</summary>
    public static void WriteTokenizer(string folder, IEnumerable<string> texts)
    {
        AddedToken[] added =
        [
            new(TinyChat.EndOfText), new(TinyChat.TurnStart), new(TinyChat.TurnEnd),
            new("<think>", special: false), new("</think>", special: false),
        ];
        Directory.CreateDirectory(folder);
        TokenizerJson.Write(folder, BpeTrainer.Train(texts, VocabularySize - 8), added);
        WriteJson(folder, "tokenizer_config.json", new JsonObject
        {
            ["add_bos_token"] = false,
            ["add_prefix_space"] = false,
            ["chat_template"] = TinyChat.Template,
            ["clean_up_tokenization_spaces"] = false,
            ["eos_token"] = TinyChat.TurnEnd,
            ["model_max_length"] = 1_024,
            ["pad_token"] = TinyChat.EndOfText,
            ["tokenizer_class"] = "PreTrainedTokenizerFast",
            ["unk_token"] = null,
        });
    }

    /// <summary>Writes configuration and weights, the latter in bfloat16.</summary>
    public static void WriteModel(string folder, ModelConfig config, IReadOnlyDictionary<string, Parameter> weights)
    {
        WriteJson(folder, "config.json", new JsonObject
        {
            ["architectures"] = new JsonArray("Qwen2ForCausalLM"),
            ["attention_dropout"] = 0.0,
            ["bos_token_id"] = null,
            ["eos_token_id"] = config.EosTokenIds[0],
            ["pad_token_id"] = config.PadTokenId,
            ["hidden_act"] = "silu",
            ["hidden_size"] = config.HiddenSize,
            ["initializer_range"] = 0.02,
            ["intermediate_size"] = config.IntermediateSize,
            ["max_position_embeddings"] = config.MaxPositionEmbeddings,
            ["max_window_layers"] = config.NumHiddenLayers,
            ["model_type"] = config.ModelType,
            ["num_attention_heads"] = config.NumAttentionHeads,
            ["num_hidden_layers"] = config.NumHiddenLayers,
            ["num_key_value_heads"] = config.NumKeyValueHeads,
            ["rms_norm_eps"] = config.RmsNormEps,
            ["rope_theta"] = config.RopeTheta,
            ["sliding_window"] = null,
            ["tie_word_embeddings"] = config.TieWordEmbeddings,
            ["torch_dtype"] = "bfloat16",
            ["use_cache"] = true,
            ["use_sliding_window"] = false,
            ["vocab_size"] = config.VocabSize,
        });
        WriteJson(folder, "generation_config.json", new JsonObject
        {
            ["do_sample"] = true,
            ["eos_token_id"] = config.EosTokenIds[0],
            ["pad_token_id"] = config.PadTokenId,
            ["temperature"] = 0.6,
        });
        SafetensorsWriter.Write(
            Path.Combine(folder, "model.safetensors"),
            [.. weights.Select(w => TensorToWrite.Of(w.Key, w.Value, SafetensorsDtype.BF16))]);
    }

    private static int Id(Tokenizer tokenizer, string token) =>
        tokenizer.TokenToId(token) ?? throw new InvalidOperationException($"The tokenizer lacks '{token}'.");

    private static void WriteJson(string folder, string name, JsonObject value)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path + ".tmp", value.ToJsonString(Indented) + "\n");
        File.Move(path + ".tmp", path, overwrite: true);
    }
}
