using System.Text;
using System.Text.Json;
using Sgasa.Modeling.IO;

namespace Sgasa.Modeling.Tokenization;

/// <summary>What a <c>tokenizer.json</c> of a byte-level BPE tokenizer says, checked.</summary>
internal sealed class TokenizerFile
{
    /// <summary>
    /// Ids beyond this are taken for a corrupt file; the largest vocabularies have some 260,000 tokens.
    /// </summary>
    private const int MaxId = 1 << 23;

    private TokenizerFile(string path) => Path = path;

    public string Path { get; }

    /// <summary>Tokens in the byte alphabet, with their ids; without added tokens.</summary>
    public Dictionary<string, int> Vocabulary { get; } = new(StringComparer.Ordinal);

    /// <summary>Merges in order of rank, as <c>left right</c>.</summary>
    public List<string> Merges { get; } = [];

    public List<AddedToken> AddedTokens { get; } = [];

    /// <summary>
    /// Whether a piece that is itself in the vocabulary is taken whole, whatever the merges would make of it.
    /// </summary>
    public bool IgnoreMerges { get; private init; }

    public IReadOnlyList<NormalizationForm> Normalizers { get; private init; } = [];

    public required PreTokenizer PreTokenizer { get; init; }

    /// <summary>Ids put before, and after, a text that is encoded with special tokens.</summary>
    public (int[] Before, int[] After) Template { get; private set; } = ([], []);

    public static TokenizerFile Read(string path)
    {
        var root = JsonSection.ReadFile(path, maxBytes: 256L << 20);
        var model = root.RequiredSection("model");
        if (model.String("type") is { } type && type != "BPE")
            throw model.Error("type", $"'{type}' is not supported", "Use a model with a byte-level BPE tokenizer");
        RefuseOtherKinds(model);
        var file = new TokenizerFile(path)
        {
            PreTokenizer = PreTokenizer.Read(root.RequiredSection("pre_tokenizer")),
            IgnoreMerges = model.Boolean("ignore_merges") ?? false,
            Normalizers = [.. root.Section("normalizer") is { } normalizer ? ReadNormalizers(normalizer) : []],
        };
        file.ReadVocabulary(model);
        file.ReadMerges(model);
        foreach (var token in root.Sections("added_tokens")) file.AddedTokens.Add(ReadAddedToken(token));
        if (root.Section("decoder") is { } decoder) CheckDecoder(decoder);
        if (root.Section("post_processor") is { } processor) file.ReadPostProcessor(processor);
        return file;
    }

    private static void RefuseOtherKinds(JsonSection model)
    {
        if (model.Boolean("byte_fallback") == true) throw model.Error("byte_fallback", "true is not supported");
        if (model.Number("dropout") is > 0) throw model.Error("dropout", "a random tokenizer is not supported");
        foreach (var affix in new[] { "continuing_subword_prefix", "end_of_word_suffix" })
            if (!string.IsNullOrEmpty(model.String(affix))) throw model.Error(affix, "is not supported");
    }

    private void ReadVocabulary(JsonSection model)
    {
        var vocabulary = model.RequiredSection("vocab");
        var ids = new HashSet<int>();
        foreach (var (token, value) in vocabulary.Fields())
        {
            if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var id))
                throw vocabulary.Unexpected(token, value, "an id");
            CheckId(vocabulary, id);
            if (!ids.Add(id)) throw vocabulary.Error(token, $"has id {id}, which another token has too");
            Vocabulary.Add(token, id);
        }
        if (Vocabulary.Count == 0) throw model.Error("vocab", "is empty");
    }

    private static void CheckId(JsonSection where, int id)
    {
        if (id is < 0 or > MaxId) throw where.Error("id", $"{id} is outside 0..{MaxId}");
    }

    /// <summary>Merges are <c>"a b"</c> in older files and <c>["a", "b"]</c> in newer ones.</summary>
    private void ReadMerges(JsonSection model)
    {
        if (model.Find("merges") is not { ValueKind: JsonValueKind.Array } merges) throw model.Missing("merges");
        foreach (var merge in merges.EnumerateArray())
        {
            var (left, right) = merge.ValueKind switch
            {
                JsonValueKind.String => Halves(model.TextOf("merges", merge)),
                JsonValueKind.Array when merge.GetArrayLength() == 2
                    && merge.EnumerateArray().All(part => part.ValueKind == JsonValueKind.String) =>
                    (model.TextOf("merges", merge[0]), model.TextOf("merges", merge[1])),
                _ => ("", ""),
            };
            var field = $"merges[{Merges.Count}]";
            if (left.Length == 0 || right.Length == 0 || left.Contains(' ') || right.Contains(' '))
                throw model.Error(field, "is not a pair of tokens");
            foreach (var token in new[] { left, right, left + right })
                if (!Vocabulary.ContainsKey(token))
                    throw model.Error(field, $"names '{token}', which the vocabulary lacks", "Fetch the file again");
            Merges.Add($"{left} {right}");
        }
    }

    private static (string, string) Halves(string merge)
    {
        var space = merge.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? ("", "") : (merge[..space], merge[(space + 1)..]);
    }

    private static AddedToken ReadAddedToken(JsonSection token)
    {
        var content = token.RequiredString("content");
        if (content.Length == 0) throw token.Error("content", "is empty");
        var id = token.RequiredInteger("id");
        CheckId(token, id);
        return new AddedToken(content, token.Boolean("special") ?? false)
        {
            Id = id,
            SingleWord = token.Boolean("single_word") ?? false,
            LeftStrip = token.Boolean("lstrip") ?? false,
            RightStrip = token.Boolean("rstrip") ?? false,
            Normalized = token.Boolean("normalized") ?? false,
        };
    }

    private static IEnumerable<NormalizationForm> ReadNormalizers(JsonSection section) =>
        section.RequiredString("type") switch
        {
            "NFC" => [NormalizationForm.FormC],
            "Sequence" => section.Sections("normalizers").SelectMany(ReadNormalizers),
            var other => throw section.Error("type", $"'{other}' is not supported; supported is NFC"),
        };

    private static void CheckDecoder(JsonSection section)
    {
        var type = section.RequiredString("type");
        if (type == "Sequence")
            foreach (var part in section.Sections("decoders")) CheckDecoder(part);
        else if (type != "ByteLevel") throw section.Error("type", $"'{type}' is not supported; supported is ByteLevel");
    }

    private void ReadPostProcessor(JsonSection section)
    {
        switch (section.RequiredString("type"))
        {
            case "ByteLevel": // concerns offsets only
                break;
            case "Sequence":
                foreach (var part in section.Sections("processors")) ReadPostProcessor(part);
                break;
            case "TemplateProcessing":
                ReadTemplate(section);
                break;
            case var other:
                throw section.Error("type", $"'{other}' is not supported; supported are ByteLevel and TemplateProcessing");
        }
    }

    private void ReadTemplate(JsonSection section)
    {
        var (before, after) = (new List<int>(), new List<int>());
        var seenText = false;
        foreach (var piece in section.Sections("single"))
        {
            if (piece.Section("Sequence") is not null)
            {
                if (seenText) throw section.Error("single", "names the text twice");
                seenText = true;
                continue;
            }
            var name = piece.RequiredSection("SpecialToken").RequiredString("id");
            var token = section.RequiredSection("special_tokens").RequiredSection(name);
            if (token.Find("ids") is not { ValueKind: JsonValueKind.Array } ids) throw token.Missing("ids");
            foreach (var id in ids.EnumerateArray())
            {
                if (id.ValueKind != JsonValueKind.Number || !id.TryGetInt32(out var number))
                    throw token.Unexpected("ids", id, "an id");
                CheckId(token, number);
                (seenText ? after : before).Add(number);
            }
        }
        if (!seenText) throw section.Error("single", "does not name the text");
        Template = ([.. before, .. Template.Before], [.. Template.After, .. after]);
    }
}
