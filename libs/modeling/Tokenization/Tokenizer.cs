using System.Text;
using Microsoft.ML.Tokenizers;
using Sgasa.Modeling.Tokenization;
using Sgasa.Modeling.Tokenization.Unicode;

namespace Sgasa.Modeling;

/// <summary>
/// The byte-level BPE tokenizer of a model folder: text to token ids and back, as the model's <c>tokenizer.json</c> says.
/// Safe for use by several threads.
/// </summary>
public sealed class Tokenizer
{
    /// <summary>Pieces with more UTF-16 units go to the merger for long ones; words of any language are shorter.</summary>
    internal const int LongPiece = 256;

    private readonly TokenizerFile _file;
    private readonly BpeTokenizer _merger;
    private readonly Lazy<LongPieceMerger?> _longMerger; // most texts have no use for it
    private readonly AddedTokenFinder _raw;
    private readonly AddedTokenFinder _normalized;
    private readonly Dictionary<string, int> _ids;
    private readonly byte[]?[] _bytes;
    private readonly HashSet<int> _special;

    private Tokenizer(TokenizerFile file)
    {
        _file = file;
        _merger = MakeMerger(file);
        _longMerger = new Lazy<LongPieceMerger?>(() => LongPieceMerger.Make(file));
        _raw = new AddedTokenFinder(file.AddedTokens.Where(t => !t.Normalized));
        _normalized = new AddedTokenFinder(file.AddedTokens.Where(t => t.Normalized));
        _special = [.. file.AddedTokens.Where(t => t.Special).Select(t => t.Id)];
        _ids = new Dictionary<string, int>(file.Vocabulary, StringComparer.Ordinal);
        foreach (var token in file.AddedTokens) _ids[token.Content] = token.Id;
        _bytes = new byte[]?[_ids.Values.Max() + 1];
        foreach (var (token, id) in file.Vocabulary) _bytes[id] = ByteLevelAlphabet.Bytes(token);
        foreach (var token in file.AddedTokens) _bytes[token.Id] = ByteLevelAlphabet.Bytes(token.Content);
    }

    /// <summary>Number of tokens, added ones included. The model's embedding table may have more rows.</summary>
    public int Count => _ids.Count;

    /// <summary>The largest id of any token.</summary>
    public int MaxId => _bytes.Length - 1;

    /// <summary>The tokens that are found in text as a whole.</summary>
    public IReadOnlyList<AddedToken> AddedTokens => _file.AddedTokens;

    /// <summary>Reads <c>tokenizer.json</c> in a model folder.</summary>
    /// <exception cref="ModelFormatException">
    /// The file is missing, damaged, or of a kind that is not supported.
    /// </exception>
    public static Tokenizer FromPretrained(string folder) => FromFile(Path.Combine(folder, "tokenizer.json"));

    /// <summary>Reads a tokenizer file.</summary>
    /// <exception cref="ModelFormatException">
    /// The file is missing, damaged, or of a kind that is not supported.
    /// </exception>
    public static Tokenizer FromFile(string path) => new(TokenizerFile.Read(path));

    /// <summary>Encodes a text. Added tokens in it are recognised, special or not.</summary>
    /// <param name="text">Any text; lone surrogates become U+FFFD.</param>
    /// <param name="addSpecialTokens">
    /// Whether the tokenizer's template is applied, which often puts a begin token first.
    /// </param>
    public int[] Encode(string text, bool addSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = Encode(text, plain => plain);
        return addSpecialTokens ? [.. _file.Template.Before, .. ids, .. _file.Template.After] : ids;
    }

    /// <summary>
    /// Encodes text from elsewhere: what spells an added token in it stays text, but for the tokens named. So it can't end a
    /// turn or begin one.
    /// </summary>
    /// <param name="text">Any text; lone surrogates become U+FFFD.</param>
    /// <param name="recognised">Spellings of added tokens that are meant; null for none.</param>
    public int[] EncodePlain(string text, IReadOnlyCollection<string>? recognised = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>(text.Length / 3 + 8);
        var finder = new AddedTokenFinder(_file.AddedTokens.Where(token => recognised?.Contains(token.Content) == true));
        ForEachPlain(WellFormed(text), finder, ids, plain => Merge(Normalize(plain), ids));
        return [.. ids];
    }

    /// <summary>Encodes a text of which some characters stand for others that must not spell an added token.</summary>
    /// <param name="text">The text.</param>
    /// <param name="restore">Puts the characters back.</param>
    internal int[] Encode(string text, Func<string, string> restore)
    {
        text = WellFormed(text);
        var ids = new List<int>(text.Length / 3 + 8);
        ForEachPlain(text, _raw, ids, plain => ForEachPlain(Normalize(plain), _normalized, ids, part =>
        {
            var shown = restore(part);
            Merge(shown == part ? part : Normalize(shown), ids); // a character put back may join the mark after it
        }));
        return [.. ids];
    }

    /// <summary>
    /// Decodes ids. Ids without a token give nothing; bytes that are not UTF-8 give U+FFFD, one for each maximal part.
    /// </summary>
    /// <param name="ids">Token ids.</param>
    /// <param name="skipSpecialTokens">Whether tokens marked special are left out.</param>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(ids);
        using var bytes = new MemoryStream();
        foreach (var id in ids) bytes.Write(BytesOf(id, skipSpecialTokens));
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    /// <summary>The id of a token, spelled as in <c>tokenizer.json</c>; null where there is none.</summary>
    public int? TokenToId(string token) => _ids.TryGetValue(token, out var id) ? id : null;

    /// <summary>Whether an id is that of a special token.</summary>
    public bool IsSpecial(int id) => _special.Contains(id);

    /// <summary>The bytes an id stands for; none for an id without a token, or for a skipped special one.</summary>
    internal ReadOnlySpan<byte> BytesOf(int id, bool skipSpecialTokens) =>
        (uint)id < (uint)_bytes.Length && !(skipSpecialTokens && _special.Contains(id)) ? _bytes[id] : default;

    internal static BpeTokenizer MakeMerger(TokenizerFile file)
    {
        try
        {
            return BpeTokenizer.Create(new BpeOptions(file.Vocabulary) { Merges = file.Merges, ByteLevel = true });
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException)
        {
            throw new ModelFormatException(file.Path + ", model", "the merges do not fit the vocabulary", null, e);
        }
    }

    /// <summary>Emits the ids of added tokens, and hands on what lies between them.</summary>
    private static void ForEachPlain(string text, AddedTokenFinder finder, List<int> ids, Action<string> plain)
    {
        var start = 0;
        while (finder.Next(text, start) is { } found)
        {
            if (found.Start > start) plain(text[start..found.Start]);
            ids.Add(found.Token.Id);
            start = found.End;
        }
        if (start < text.Length) plain(start == 0 ? text : text[start..]);
    }

    private string Normalize(string text) => _file.Normalizers.Count > 0 ? CanonicalComposition.Normalize(text) : text;

    private void Merge(string text, List<int> ids)
    {
        var pieces = new List<(int Start, int Length)>();
        _file.PreTokenizer.Split(text, pieces);
        foreach (var (start, length) in pieces)
        {
            var piece = text.AsSpan(start, length);
            if (_file.IgnoreMerges && _file.Vocabulary.TryGetValue(ByteLevelAlphabet.Spell(piece), out var whole)) ids.Add(whole);
            else if (length > LongPiece && _longMerger.Value is { } merger) merger.Merge(piece, ids);
            else ids.AddRange(_merger.EncodeToIds(piece, considerPreTokenization: false, considerNormalization: false));
        }
    }

    internal static string WellFormed(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')) return text;
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) clean.Append(rune);
        return clean.ToString();
    }
}
