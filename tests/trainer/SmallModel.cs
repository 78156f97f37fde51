using System.Text.Json;
using System.Text.Json.Nodes;
using Sgasa.Modeling;
using Sgasa.Modeling.Safetensors;
using Sgasa.Modeling.Tokenization;
using TorchSharp;

namespace Sgasa.Trainer.Tests;

/// <summary>A random Qwen2 of width 16 with a tokenizer and a chat template, as a Hugging Face folder.</summary>
internal static class SmallModel
{
    public const int ContextLength = 2_048;

    private static readonly string[] Corpus =
        ["question answer thought sorry the a of and in please explain how to", "question answer thought sorry"];

    // As a reasoning model's template does, the generation prompt opens the thinking.
    private const string Template =
        "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}"
        + "{% if add_generation_prompt %}<|assistant|><think>\n{% endif %}";

    /// <summary>Writes the model.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="endless">Whether the end token is never the likeliest, so that greedy sampling fills the
    /// context.</param>
    /// <param name="hidden">Width; a multiple of 8.</param>
    public static void Write(string folder, bool endless = true, int hidden = 16)
    {
        TorchRuntime.EnsureLoaded(threads: 1);
        var vocabulary = BpeTrainer.Train(Corpus, 280);
        AddedToken[] added =
        [
            new("<|end|>"), new("<|system|>"), new("<|user|>"), new("<|assistant|>"),
            new("<think>", special: false), new("</think>", special: false),
        ];
        var config = Config(vocabulary.Tokens.Count + added.Length, vocabulary.Tokens.Count, hidden);
        using (var model = CausalLM.Create(config, seed: 3, std: 0.3))
        {
            if (endless)
            {
                // Its logit is then 0, and among hundreds of others there always is a positive one.
                using var noGrad = torch.no_grad();
                using var scope = torch.NewDisposeScope();
                model.NamedParameters["model.embed_tokens.weight"][vocabulary.Tokens.Count].zero_();
            }
            ModelFolderWriter.Write(
                folder, config, [.. model.NamedParameters.Select(p => TensorToWrite.Of(p.Key, p.Value))]);
        }
        TokenizerJson.Write(folder, vocabulary, added);
        File.WriteAllText(
            Path.Combine(folder, "tokenizer_config.json"),
            new JsonObject { ["eos_token"] = "<|end|>", ["chat_template"] = Template }
                .ToJsonString(JsonSerializerOptions.Default));
    }

    /// <summary>The architecture.</summary>
    public static ModelConfig Config(int vocabSize, int endToken = 0, int hidden = 16) => new()
    {
        ModelType = "qwen2",
        VocabSize = vocabSize,
        HiddenSize = hidden,
        IntermediateSize = 2 * hidden,
        NumHiddenLayers = 2,
        NumAttentionHeads = 4,
        NumKeyValueHeads = 2,
        HeadDim = hidden / 4,
        AttentionBias = true,
        TieWordEmbeddings = true,
        MaxPositionEmbeddings = ContextLength,
        EosTokenIds = [endToken],
    };
}
