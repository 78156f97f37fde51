using System.Text.Encodings.Web;
using System.Text.Json;
using Sgasa.Modeling.IO;

namespace Sgasa.Modeling.Tokenization;

/// <summary>
/// Writes <c>tokenizer.json</c> of a byte-level BPE tokenizer, in the form that Hugging Face's library reads.
/// </summary>
public static class TokenizerJson
{
    private static readonly JsonWriterOptions Layout =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the file.</summary>
    /// <param name="folder">The model folder; made where it is missing.</param>
    /// <param name="vocabulary">Tokens and merges.</param>
    /// <param name="addedTokens">
    /// Tokens found in text as a whole; they get the ids after the vocabulary's, in order.
    /// </param>
    /// <param name="pattern">How text is cut into pieces: the pattern the vocabulary was trained with.</param>
    /// <param name="beginToken">An added token that encoding with special tokens puts first; null for none.</param>
    public static void Write(
        string folder,
        BpeVocabulary vocabulary,
        IReadOnlyList<AddedToken> addedTokens,
        string pattern = TokenizerPatterns.Qwen2,
        string? beginToken = null)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentNullException.ThrowIfNull(addedTokens);
        var placed = addedTokens.Select((token, i) => token with { Id = vocabulary.Tokens.Count + i }).ToArray();
        var begin = beginToken is null
            ? null
            : placed.FirstOrDefault(t => t.Content == beginToken)
                ?? throw new ArgumentException($"'{beginToken}' is not among the added tokens.", nameof(beginToken));

        AtomicFile.Write(Path.Combine(folder, "tokenizer.json"), stream =>
        {
            using var json = new Utf8JsonWriter(stream, Layout);
            json.WriteStartObject();
            json.WriteString("version", "1.0");
            json.WriteNull("truncation");
            json.WriteNull("padding");
            WriteAddedTokens(json, placed);
            json.WriteStartObject("normalizer");
            json.WriteString("type", "NFC");
            json.WriteEndObject();
            WritePreTokenizer(json, pattern);
            WritePostProcessor(json, begin);
            json.WritePropertyName("decoder");
            WriteByteLevel(json, addPrefixSpace: true, trimOffsets: true, useRegex: true);
            WriteModel(json, vocabulary);
            json.WriteEndObject();
        });
    }

    private static void WriteAddedTokens(Utf8JsonWriter json, AddedToken[] tokens)
    {
        json.WriteStartArray("added_tokens");
        foreach (var token in tokens)
        {
            json.WriteStartObject();
            json.WriteNumber("id", token.Id);
            json.WriteString("content", token.Content);
            json.WriteBoolean("single_word", token.SingleWord);
            json.WriteBoolean("lstrip", token.LeftStrip);
            json.WriteBoolean("rstrip", token.RightStrip);
            json.WriteBoolean("normalized", token.Normalized);
            json.WriteBoolean("special", token.Special);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WritePreTokenizer(Utf8JsonWriter json, string pattern)
    {
        json.WriteStartObject("pre_tokenizer");
        json.WriteString("type", "Sequence");
        json.WriteStartArray("pretokenizers");
        json.WriteStartObject();
        json.WriteString("type", "Split");
        json.WriteStartObject("pattern");
        json.WriteString("Regex", pattern);
        json.WriteEndObject();
        json.WriteString("behavior", "Isolated");
        json.WriteBoolean("invert", false);
        json.WriteEndObject();
        WriteByteLevel(json, addPrefixSpace: false, trimOffsets: true, useRegex: false);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePostProcessor(Utf8JsonWriter json, AddedToken? begin)
    {
        json.WritePropertyName("post_processor");
        if (begin is null)
        {
            WriteByteLevel(json, addPrefixSpace: true, trimOffsets: false, useRegex: true);
            return;
        }
        json.WriteStartObject();
        json.WriteString("type", "TemplateProcessing");
        WriteTemplate(json, "single", begin, "A");
        WriteTemplate(json, "pair", begin, "A", "B");
        json.WriteStartObject("special_tokens");
        json.WriteStartObject(begin.Content);
        json.WriteString("id", begin.Content);
        json.WriteStartArray("ids");
        json.WriteNumberValue(begin.Id);
        json.WriteEndArray();
        json.WriteStartArray("tokens");
        json.WriteStringValue(begin.Content);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteTemplate(Utf8JsonWriter json, string name, AddedToken begin, params ReadOnlySpan<string> texts)
    {
        json.WriteStartArray(name);
        for (var type = 0; type < texts.Length; type++)
            foreach (var (kind, id) in new[] { ("SpecialToken", begin.Content), ("Sequence", texts[type]) })
            {
                json.WriteStartObject();
                json.WriteStartObject(kind);
                json.WriteString("id", id);
                json.WriteNumber("type_id", type);
                json.WriteEndObject();
                json.WriteEndObject();
            }
        json.WriteEndArray();
    }

    private static void WriteByteLevel(Utf8JsonWriter json, bool addPrefixSpace, bool trimOffsets, bool useRegex)
    {
        json.WriteStartObject();
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", addPrefixSpace);
        json.WriteBoolean("trim_offsets", trimOffsets);
        json.WriteBoolean("use_regex", useRegex);
        json.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter json, BpeVocabulary vocabulary)
    {
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        json.WriteNull("dropout");
        json.WriteNull("unk_token");
        json.WriteNull("continuing_subword_prefix");
        json.WriteNull("end_of_word_suffix");
        json.WriteBoolean("fuse_unk", false);
        json.WriteBoolean("byte_fallback", false);
        json.WriteBoolean("ignore_merges", false);
        json.WriteStartObject("vocab");
        for (var id = 0; id < vocabulary.Tokens.Count; id++) json.WriteNumber(vocabulary.Tokens[id], id);
        json.WriteEndObject();
        json.WriteStartArray("merges");
        foreach (var (left, right) in vocabulary.Merges)
        {
            json.WriteStartArray();
            json.WriteStringValue(left);
            json.WriteStringValue(right);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
