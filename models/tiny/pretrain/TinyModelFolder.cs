using System.Text.Json;
using System.Text.Json.Nodes;
using Sgasa.Modeling;
using Sgasa.Modeling.Safetensors;
using Sgasa.Modeling.Tokenization;
using static TorchSharp.torch;

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
    public static void WriteModel(string folder, ModelConfig config, IReadOnlyDictionary<string, Tensor> weights)
    {
        ModelFolderWriter.Write(
            folder, config, [.. weights.Select(weight => TensorToWrite.Of(weight.Key, weight.Value, SafetensorsDtype.BF16))]);
        WriteJson(folder, "generation_config.json", new JsonObject
        {
            ["do_sample"] = true,
            ["eos_token_id"] = config.EosTokenIds[0],
            ["pad_token_id"] = config.PadTokenId,
            ["temperature"] = 0.6,
        });
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
