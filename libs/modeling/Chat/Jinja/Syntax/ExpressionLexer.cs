using System.Globalization;
using System.Text;
using Sgasa.Modeling.Chat.Jinja.Values;

namespace Sgasa.Modeling.Chat.Jinja.Syntax;

/// <summary>Reads the tokens inside a tag.</summary>
internal static class ExpressionLexer
{
    /// <summary>Longer ones first, so that <c>//</c> is not two of <c>/</c>.</summary>
    private static readonly string[] Operators =
    [
        "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":",
        "|", ",",
    ];

    /// <summary>The token at a place that is not white space, and where it ends.</summary>
    public static (Token Token, int End) Next(string source, int at, int line, bool afterDot)
    {
        var c = source[at];
        if (c is '\'' or '"') return ReadString(source, at, line);
        if (char.IsAsciiDigit(c)) return ReadNumber(source, at, line, afterDot);
        if (c == '_' || char.IsLetter(c))
        {
            var end = at + 1;
            while (end < source.Length && (source[end] == '_' || char.IsLetterOrDigit(source[end]))) end++;
            return (new Token(TokenKind.Name, source[at..end], line), end);
        }
        foreach (var text in Operators)
            if (string.CompareOrdinal(source, at, text, 0, text.Length) == 0)
                return (new Token(TokenKind.Operator, text, line), at + text.Length);
        var known = Rune.TryGetRuneAt(source, at, out var rune);
        throw new JinjaException($"unexpected character '{(known ? rune : Rune.ReplacementChar)}'", line);
    }

    private static (Token, int) ReadNumber(string source, int at, int line, bool afterDot)
    {
        var end = Digits(source, at);
        var kind = TokenKind.Integer;
        if (!afterDot && end + 1 < source.Length && source[end] == '.' && char.IsAsciiDigit(source[end + 1]))
        {
            end = Digits(source, end + 1);
            kind = TokenKind.Float;
        }
        if (!afterDot && end < source.Length && source[end] is 'e' or 'E')
        {
            var digits = end + 1 < source.Length && source[end + 1] is '+' or '-' ? end + 2 : end + 1;
            if (digits < source.Length && char.IsAsciiDigit(source[digits]))
            {
                end = Digits(source, digits);
                kind = TokenKind.Float;
            }
        }
        return (new Token(kind, source[at..end].Replace("_", "", StringComparison.Ordinal), line), end);
    }

    private static int Digits(string source, int at)
    {
        while (at < source.Length && (char.IsAsciiDigit(source[at]) || source[at] == '_')) at++;
        return at;
    }

    private static (Token, int) ReadString(string source, int at, int line)
    {
        var quote = source[at];
        var text = new StringBuilder();
        for (var i = at + 1; i < source.Length;)
        {
            if (source[i] == quote) return (new Token(TokenKind.String, text.ToString(), line), i + 1);
            if (source[i] == '\\' && i + 1 < source.Length) i = ReadEscape(source, i + 1, text, line);
            else text.Append(source[i++]);
        }
        throw new JinjaException("the string is not closed", line);
    }

    /// <summary>Python's escapes; what is none keeps its backslash.</summary>
    private static int ReadEscape(string source, int at, StringBuilder text, int line)
    {
        var c = source[at];
        switch (c)
        {
            case '\n':
                return at + 1;
            case 'x':
                return ReadCode(source, at + 1, 2, text, line);
            case 'u':
                return ReadCode(source, at + 1, 4, text, line);
            case 'U':
                return ReadCode(source, at + 1, 8, text, line);
            case >= '0' and <= '7':
                var (end, code) = (at, 0);
                while (end < source.Length && end < at + 3 && source[end] is >= '0' and <= '7')
                    code = code * 8 + (source[end++] - '0');
                text.Append((char)code);
                return end;
        }
        var known = "abfnrtv\\'\"".IndexOf(c, StringComparison.Ordinal);
        if (known < 0) text.Append('\\').Append(c);
        else text.Append("\a\b\f\n\r\t\v\\'\""[known]);
        return at + 1;
    }

    private static int ReadCode(string source, int at, int length, StringBuilder text, int line)
    {
        if (at + length > source.Length
            || !int.TryParse(
                source.AsSpan(at, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            throw new JinjaException("an escape in a string is cut short", line);
        if (length < 8) text.Append((char)code); // halves of a surrogate pair may be written one by one
        else if (Rune.IsValid(code)) text.Append(new Rune(code));
        else throw new JinjaException("an escape in a string is no character", line);
        return at + length;
    }
}
