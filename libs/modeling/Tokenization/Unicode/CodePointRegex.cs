using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Sgasa.Modeling.Tokenization.Unicode;

/// <summary>
/// A splitting pattern that sees code points, as tokenizers' patterns are meant, where .NET's see UTF-16 units.
/// </summary>
/// <remarks>
/// A character outside the basic plane is shown to the pattern as one character of its own general category, which is all
/// that such patterns ask about it.
/// </remarks>
internal sealed class CodePointRegex
{
    /// <summary>
    /// One character of each general category, in the order of <see cref="UnicodeCategory"/>; none is ASCII.
    /// </summary>
    private const string OfCategory =
        "\u0410\u0430\u01C5\u02B0\u01BB\u0300\u0903\u0488\u0660\u2160\u00B2\u2000\u2028\u2029\u0080\u00AD\uD800\uE000" +
        "\u203F\u2010\u0F3A\u0F3B\u00AB\u00BB\u055A\u00AC\u00A2\u02C2\u0482\u0378";

    /// <summary>A pattern that takes this long on one text is at fault, or hostile.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Regex _regex;
    private readonly string _where;

    /// <summary>Compiles a pattern.</summary>
    /// <exception cref="ModelFormatException">The pattern is outside the supported syntax.</exception>
    public CodePointRegex(string pattern, string where)
    {
        _where = where;
        if (pattern.Any(char.IsSurrogate))
            throw new ModelFormatException(where, "the pattern names characters outside the basic plane, which is not supported");
        try
        {
            _regex = new Regex(
                CaseFolding.Expand(pattern), RegexOptions.CultureInvariant | RegexOptions.Compiled, Patience);
        }
        catch (ArgumentException e)
        {
            throw new ModelFormatException(where, "the pattern is not supported: " + e.Message, null, e);
        }
    }

    /// <summary>Adds every non-empty match in the text, in order.</summary>
    /// <param name="text">Text without lone surrogates.</param>
    /// <param name="matches">Where to add (start, length), in UTF-16 units of the text.</param>
    public void Matches(ReadOnlySpan<char> text, List<(int Start, int Length)> matches)
    {
        try
        {
            if (text.ContainsAnyInRange('\uD800', '\uDFFF')) MatchCodePoints(text, matches);
            else
                foreach (var match in _regex.EnumerateMatches(text))
                    if (match.Length > 0) matches.Add((match.Index, match.Length));
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new ModelFormatException(_where, "the pattern takes too long on a text of this kind", null, e);
        }
    }

    private void MatchCodePoints(ReadOnlySpan<char> text, List<(int Start, int Length)> matches)
    {
        var shown = new char[text.Length];
        var starts = new int[text.Length + 1];
        var (count, start) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            starts[count] = start;
            shown[count++] = rune.IsBmp ? (char)rune.Value : OfCategory[(int)Rune.GetUnicodeCategory(rune)];
            start += rune.Utf16SequenceLength;
        }
        starts[count] = start;
        foreach (var match in _regex.EnumerateMatches(shown.AsSpan(0, count)))
        {
            if (match.Length == 0) continue;
            var from = starts[match.Index];
            matches.Add((from, starts[match.Index + match.Length] - from));
        }
    }
}
