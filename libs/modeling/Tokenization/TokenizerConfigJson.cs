using System.Text.Encodings.Web;
using System.Text.Json;
using Sgasa.Modeling.IO;

namespace Sgasa.Modeling.Tokenization;

/// <summary>Writes <c>tokenizer_config.json</c>: the special tokens by their roles, and the chat template.</summary>
public static class TokenizerConfigJson
{
    private static readonly JsonWriterOptions Layout =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the file.</summary>
    /// <param name="folder">The model folder; made where it is missing.</param>
    /// <param name="endToken">The token that ends a response.</param>
    /// <param name="chatTemplate">The chat template's Jinja source.</param>
    /// <param name="beginToken">The token that begins a text; null for none.</param>
    /// <param name="padToken">The token that fills batches; null is the end token.</param>
    /// <param name="maxLength">Longest text in tokens that the model was made for.</param>
    /// <exception cref="ModelFormatException">The file can't be written.</exception>
    public static void Write(
        string folder,
        string endToken,
        string chatTemplate,
        string? beginToken = null,
        string? padToken = null,
        int maxLength = 2048)
    {
        AtomicFile.Write(Path.Combine(folder, "tokenizer_config.json"), stream =>
        {
            using var json = new Utf8JsonWriter(stream, Layout);
            json.WriteStartObject();
            json.WriteBoolean("add_bos_token", beginToken is not null);
            json.WriteBoolean("add_eos_token", false);
            json.WriteString("bos_token", beginToken);
            json.WriteString("chat_template", chatTemplate);
            json.WriteBoolean("clean_up_tokenization_spaces", false);
            json.WriteString("eos_token", endToken);
            json.WriteNumber("model_max_length", maxLength);
            json.WriteString("pad_token", padToken ?? endToken);
            json.WriteString("tokenizer_class", "PreTrainedTokenizerFast");
            json.WriteNull("unk_token");
            json.WriteEndObject();
        });
    }
}
