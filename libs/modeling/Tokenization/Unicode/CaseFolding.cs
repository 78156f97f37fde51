using System.Text;

namespace Sgasa.Modeling.Tokenization.Unicode;

/// <summary>Rewrites case-insensitive groups of a pattern so that they fold as Unicode does.</summary>
/// <remarks>
/// <c>(?i:'s)</c> must also match an apostrophe and U+017F, the long s, as it does in the engine that tokenizers were trained
/// with; .NET's own case-insensitive matching leaves that pair out.
/// </remarks>
internal static class CaseFolding
{
    private const string Opening = "(?i:";

    /// <summary>Spells out each letter of <c>(?i:…)</c>; a group with a range of letters is left as it is.</summary>
    public static string Expand(string pattern)
    {
        var output = new StringBuilder(pattern.Length * 2);
        for (var i = 0; i < pattern.Length;)
        {
            var opens = string.CompareOrdinal(pattern, i, Opening, 0, Opening.Length) == 0;
            var start = i + Opening.Length;
            var end = opens ? GroupEnd(pattern, start) : -1;
            if (end > 0 && ExpandGroup(pattern.AsSpan(start, end - start)) is { } expanded)
            {
                output.Append("(?:").Append(expanded).Append(')');
                i = end + 1;
            }
            else if (pattern[i] == '\\' && i + 1 < pattern.Length)
            {
                output.Append(pattern, i, 2);
                i += 2;
            }
            else output.Append(pattern[i++]);
        }
        return output.ToString();
    }

    /// <summary>The closing parenthesis of a group without groups inside; -1 where there are some.</summary>
    private static int GroupEnd(string pattern, int from)
    {
        var inClass = false;
        for (var i = from; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\') i++;
            else if (pattern[i] == '[') inClass = true;
            else if (pattern[i] == ']') inClass = false;
            else if (!inClass && pattern[i] == '(') return -1;
            else if (!inClass && pattern[i] == ')') return i;
        }
        return -1;
    }

    private static string? ExpandGroup(ReadOnlySpan<char> group)
    {
        var output = new StringBuilder(group.Length * 4);
        var inClass = false;
        for (var i = 0; i < group.Length; i++)
        {
            var c = group[i];
            if (c == '\\' && i + 1 < group.Length)
            {
                // \p{L} and its like: the braces hold a name, not letters to fold.
                var close = group[i + 1] is 'p' or 'P' ? group[i..].IndexOf('}') : 1;
                if (close < 0) return null;
                output.Append(group.Slice(i, close + 1));
                i += close;
                continue;
            }
            if (c == '[') inClass = true;
            else if (c == ']') inClass = false;
            else if (inClass && c == '-') return null;
            if (!char.IsAsciiLetter(c)) output.Append(c);
            else if (inClass) output.Append(Variants(c));
            else output.Append('[').Append(Variants(c)).Append(']');
        }
        return output.ToString();
    }

    private static string Variants(char letter) => char.ToLowerInvariant(letter) switch
    {
        's' => "sS\u017F",
        'k' => "kK\u212A",
        var lower => $"{lower}{char.ToUpperInvariant(lower)}",
    };
}
