using System.Globalization;
using System.Text;

namespace Sgasa.Modeling.Chat.Jinja.Values;

/// <summary>Text operations as Python's <c>str</c> does them: by code point, with Python's white space.</summary>
internal static class PythonText
{
    /// <summary>White space to Python, which counts the four separators U+001C to U+001F.</summary>
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001C' and <= '\u001F';

    /// <summary>Removes characters from the ends; white space where none are named.</summary>
    public static string Trim(string text, string? characters, bool start = true, bool end = true)
    {
        var (from, to) = (0, text.Length);
        bool Goes(char c) => characters is null ? IsSpace(c) : characters.Contains(c, StringComparison.Ordinal);
        while (start && from < to && Goes(text[from])) from++;
        while (end && to > from && Goes(text[to - 1])) to--;
        return text[from..to];
    }

    /// <summary>Removes white space at the end.</summary>
    public static string TrimEnd(string text) => Trim(text, null, start: false);

    /// <summary>Number of code points.</summary>
    public static long Length(string text)
    {
        var pairs = 0;
        for (var i = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDBFF'); i >= 0 && i + 1 < text.Length; i++)
            if (char.IsSurrogatePair(text[i], text[i + 1])) pairs++;
        return text.Length - pairs;
    }

    /// <summary>The text cut into its code points; a lone surrogate is one by itself.</summary>
    public static IReadOnlyList<string> CodePoints(string text)
    {
        var points = new List<string>(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var length = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]) ? 2 : 1;
            points.Add(text.Substring(i, length));
            i += length;
        }
        return points;
    }

    /// <summary>Cuts at runs of white space, or at a separator, at most so many times (-1: no limit).</summary>
    public static List<object?> Split(string text, string? separator, long limit, bool fromRight)
    {
        if (separator is { Length: 0 }) throw new JinjaException("split needs a separator that is not empty");
        if (limit < 0) limit = long.MaxValue;
        var parts = separator is null ? SplitSpace(text, limit, fromRight) : SplitAt(text, separator, limit, fromRight);
        if (fromRight) parts.Reverse();
        return parts;
    }

    /// <summary>Cuts at line ends.</summary>
    public static List<object?> SplitLines(string text, bool keepEnds)
    {
        var lines = new List<object?>();
        for (var start = 0; start < text.Length;)
        {
            var end = start;
            while (end < text.Length && !IsLineEnd(text[end])) end++;
            var next = end < text.Length ? end + 1 : end;
            if (next < text.Length && text[end] == '\r' && text[next] == '\n') next++;
            Add(lines, text[start..(keepEnds ? next : end)]);
            start = next;
        }
        return lines;
    }

    /// <summary>First character in upper case, the rest in lower.</summary>
    public static string Capitalize(string text)
    {
        if (text.Length == 0) return text;
        var first = CodePoints(text)[0];
        return first.ToUpperInvariant() + text[first.Length..].ToLowerInvariant();
    }

    /// <summary>Every word capitalised.</summary>
    public static string Title(string text)
    {
        var result = new StringBuilder(text.Length);
        var inWord = false;
        foreach (var point in CodePoints(text))
        {
            result.Append(inWord ? point.ToLowerInvariant() : point.ToUpperInvariant());
            inWord = char.IsLetter(point, 0);
        }
        return result.ToString();
    }

    /// <summary>
    /// A float as Python prints it: the shortest text that reads back the same, always with a point or an exponent.
    /// </summary>
    public static string Float(double value)
    {
        if (double.IsNaN(value)) return "nan";
        if (double.IsInfinity(value)) return value > 0 ? "inf" : "-inf";
        var shortest = value.ToString("E16", CultureInfo.InvariantCulture);
        for (var digits = 0; digits < 17; digits++)
        {
            var text = value.ToString("E" + digits, CultureInfo.InvariantCulture);
            if (double.Parse(text, CultureInfo.InvariantCulture) != value) continue;
            shortest = text;
            break;
        }
        var exponentAt = shortest.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(shortest.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = shortest[..exponentAt];
        if (exponent is < -4 or >= 16)
            return $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)}";
        var sign = double.IsNegative(value) ? "-" : "";
        var all = mantissa.Replace("-", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal);
        if (exponent < 0) return $"{sign}0.{new string('0', -exponent - 1)}{all}";
        if (all.Length <= exponent + 1) return $"{sign}{all.PadRight(exponent + 1, '0')}.0";
        return $"{sign}{all[..(exponent + 1)]}.{all[(exponent + 1)..]}";
    }

    /// <summary>A text as Python shows it inside a list.</summary>
    public static string Repr(string text)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var shown = new StringBuilder().Append(quote);
        foreach (var c in text)
            _ = c switch
            {
                '\\' => shown.Append("\\\\"),
                '\n' => shown.Append("\\n"),
                '\r' => shown.Append("\\r"),
                '\t' => shown.Append("\\t"),
                _ when c == quote => shown.Append('\\').Append(c),
                < ' ' or '\u007F' => shown.Append("\\x").Append(((int)c).ToString("x2", CultureInfo.InvariantCulture)),
                _ => shown.Append(c),
            };
        return shown.Append(quote).ToString();
    }

    private static List<object?> SplitAt(string text, string separator, long limit, bool fromRight)
    {
        var parts = new List<object?>();
        var (start, end) = (0, text.Length);
        while (parts.Count < limit)
        {
            var rest = text.AsSpan(start, end - start);
            var at = fromRight
                ? rest.LastIndexOf(separator, StringComparison.Ordinal)
                : rest.IndexOf(separator, StringComparison.Ordinal);
            if (at < 0) break;
            at += start;
            Add(parts, fromRight ? text[(at + separator.Length)..end] : text[start..at]);
            if (fromRight) end = at;
            else start = at + separator.Length;
        }
        parts.Add(text[start..end]);
        return parts;
    }

    private static List<object?> SplitSpace(string text, long limit, bool fromRight)
    {
        var parts = new List<object?>();
        var (start, end) = (0, text.Length);
        while (true)
        {
            while (start < end && IsSpace(fromRight ? text[end - 1] : text[start]))
                _ = fromRight ? end-- : start++;
            if (start == end) return parts;
            if (parts.Count == limit) break;
            var cut = fromRight ? end : start;
            while (InWord(cut)) cut += fromRight ? -1 : 1;
            Add(parts, fromRight ? text[cut..end] : text[start..cut]);
            if (fromRight) end = cut;
            else start = cut;
        }
        parts.Add(text[start..end]); // its far end keeps its white space
        return parts;

        bool InWord(int at) => fromRight ? at > start && !IsSpace(text[at - 1]) : at < end && !IsSpace(text[at]);
    }

    private static void Add(List<object?> parts, string part)
    {
        if (parts.Count == Budget.MaxItems) throw new JinjaException($"a text has more than {Budget.MaxItems} parts");
        parts.Add(part);
    }

    private static bool IsLineEnd(char c) =>
        c is '\n' or '\r' or '\v' or '\f' or (>= '\u001C' and <= '\u001E') or '\u0085' or '\u2028' or '\u2029';
}
