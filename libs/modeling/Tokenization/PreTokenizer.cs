using System.Text.RegularExpressions;
using Sgasa.Modeling.IO;
using Sgasa.Modeling.Tokenization.Unicode;

namespace Sgasa.Modeling.Tokenization;

/// <summary>
/// Cuts text into the pieces that are merged one by one: the <c>pre_tokenizer</c> of a <c>tokenizer.json</c>.
/// </summary>
internal sealed class PreTokenizer
{
    private readonly List<Stage> _stages = [];

    private PreTokenizer()
    {
    }

    /// <summary>A pre-tokenizer of a single pattern, whose gaps are pieces too.</summary>
    public static PreTokenizer FromPattern(string pattern)
    {
        var tokenizer = new PreTokenizer();
        tokenizer._stages.Add(new Stage(new CodePointRegex(pattern, "pattern"), KeepMatches: true, KeepGaps: true));
        return tokenizer;
    }

    /// <summary>Reads <c>pre_tokenizer</c>.</summary>
    /// <exception cref="ModelFormatException">
    /// It is not a byte-level one, or has a part that is not supported.
    /// </exception>
    public static PreTokenizer Read(JsonSection section)
    {
        var tokenizer = new PreTokenizer();
        var byteLevel = false;
        foreach (var part in section.String("type") == "Sequence" ? section.Sections("pretokenizers") : [section])
        {
            if (byteLevel) throw part.Error("type", "a step after ByteLevel is not supported");
            byteLevel = tokenizer.Add(part);
        }
        if (!byteLevel)
            throw section.Error("type", "the tokenizer is not a byte-level one", "Use a model with a byte-level BPE tokenizer");
        return tokenizer;
    }

    /// <summary>Adds the pieces of a text, in order.</summary>
    /// <param name="text">Normalized text without lone surrogates.</param>
    /// <param name="pieces">Emptied, then filled with (start, length).</param>
    public void Split(ReadOnlySpan<char> text, List<(int Start, int Length)> pieces)
    {
        pieces.Clear();
        if (text.IsEmpty) return;
        pieces.Add((0, text.Length));
        var matches = new List<(int Start, int Length)>();
        foreach (var stage in _stages)
        {
            var before = pieces.ToArray();
            pieces.Clear();
            foreach (var (start, length) in before)
            {
                matches.Clear();
                stage.Pattern.Matches(text.Slice(start, length), matches);
                stage.Cut(start, length, matches, pieces);
            }
        }
    }

    /// <summary>Adds one step; true where it is ByteLevel, which ends the sequence.</summary>
    private bool Add(JsonSection part)
    {
        switch (part.RequiredString("type"))
        {
            case "Split":
                AddSplit(part);
                return false;
            case "Digits":
                var pattern = part.Boolean("individual_digits") == true ? @"\p{N}" : @"\p{N}+";
                _stages.Add(new Stage(new CodePointRegex(pattern, part.Where), KeepMatches: true, KeepGaps: true));
                return false;
            case "ByteLevel":
                // The format's own default is to put a space first.
                if (part.Boolean("add_prefix_space") ?? true) throw part.Error("add_prefix_space", "true is not supported");
                if (part.Boolean("use_regex") ?? true)
                    _stages.Add(new Stage(new CodePointRegex(TokenizerPatterns.Gpt2, part.Where), true, true));
                return true;
            case var other:
                throw part.Error("type", $"'{other}' is not supported; supported are Split, Digits and ByteLevel");
        }
    }

    private void AddSplit(JsonSection part)
    {
        var pattern = part.RequiredSection("pattern");
        var regex = pattern.Find("Regex") is null
            ? Regex.Escape(pattern.RequiredString("String"))
            : pattern.RequiredString("Regex");
        var inverted = part.Boolean("invert") ?? false;
        var stage = new Stage(new CodePointRegex(regex, pattern.Where), true, true);
        _stages.Add(part.RequiredString("behavior") switch
        {
            "Isolated" => stage,
            "Removed" => stage with { KeepMatches = inverted, KeepGaps = !inverted },
            var other => throw part.Error("behavior", $"'{other}' is not supported; supported are Isolated and Removed"),
        });
    }

    private sealed record Stage(CodePointRegex Pattern, bool KeepMatches, bool KeepGaps)
    {
        public void Cut(int start, int length, List<(int Start, int Length)> matches, List<(int, int)> pieces)
        {
            var end = 0;
            foreach (var match in matches)
            {
                if (KeepGaps && match.Start > end) pieces.Add((start + end, match.Start - end));
                if (KeepMatches) pieces.Add((start + match.Start, match.Length));
                end = match.Start + match.Length;
            }
            if (KeepGaps && end < length) pieces.Add((start + end, length - end));
        }
    }
}
