using Sgasa.Modeling.Chat.Jinja.Values;

namespace Sgasa.Modeling.Chat.Jinja.Syntax;

/// <summary>
/// Cuts a template into tokens, with <c>trim_blocks</c> and <c>lstrip_blocks</c> on: the line break after a block tag and the
/// indentation before it are no output.
/// </summary>
internal sealed class JinjaLexer
{
    private readonly string _source;
    private readonly List<Token> _tokens = [];
    private int _at;
    private int _line = 1;
    private int _lineCountedTo;
    private bool _atLineStart = true;

    private JinjaLexer(string source)
    {
        _source = source.ReplaceLineEndings("\n");
        if (_source.EndsWith('\n')) _source = _source[..^1];
    }

    /// <summary>All tokens, the last being <see cref="TokenKind.End"/>.</summary>
    /// <exception cref="JinjaException">
    /// A tag, comment or string is not closed, or a character has no meaning.
    /// </exception>
    public static List<Token> Tokenize(string source)
    {
        var lexer = new JinjaLexer(source);
        while (lexer.NextTag()) { }
        lexer.Add(TokenKind.End, "");
        return lexer._tokens;
    }

    /// <summary>Reads text up to a tag, and the tag; false at the end.</summary>
    private bool NextTag()
    {
        var start = _at;
        var tag = FindTag(start);
        if (tag < 0)
        {
            AddText(_source[start..]);
            _at = _source.Length;
            return false;
        }
        var kind = _source[tag + 1];
        var sign = tag + 2 < _source.Length && _source[tag + 2] is '-' or '+' ? _source[tag + 2] : ' ';
        AddText(TrimBefore(_source[start..tag], kind, sign));
        _at = tag + (sign == ' ' ? 2 : 3);
        switch (kind)
        {
            case '#':
                ReadComment();
                break;
            case '%' when TryReadRaw():
                break;
            case '%':
                Add(TokenKind.BlockBegin, "{%");
                ReadExpression("%}", TokenKind.BlockEnd);
                break;
            default:
                Add(TokenKind.OutputBegin, "{{");
                ReadExpression("}}", TokenKind.OutputEnd);
                break;
        }
        _atLineStart = _at > 0 && _source[_at - 1] == '\n';
        return true;
    }

    private int FindTag(int from)
    {
        for (var i = _source.IndexOf('{', from); i >= 0 && i + 1 < _source.Length; i = _source.IndexOf('{', i + 1))
            if (_source[i + 1] is '{' or '%' or '#') return i;
        return -1;
    }

    private string TrimBefore(string text, char kind, char sign)
    {
        if (sign == '-') return PythonText.TrimEnd(text);
        if (sign == '+' || kind == '{') return text;
        var lineStart = text.LastIndexOf('\n') + 1;
        return (lineStart > 0 || _atLineStart) && text.AsSpan(lineStart).Trim().IsEmpty ? text[..lineStart] : text;
    }

    private void ReadComment()
    {
        var end = _source.IndexOf("#}", _at, StringComparison.Ordinal);
        if (end < 0) throw new JinjaException("the comment is not closed", CurrentLine());
        var sign = end > _at ? _source[end - 1] : ' ';
        _at = end + 2;
        TrimAfter(sign, trimLineBreak: true);
    }

    /// <summary>Reads <c>{% raw %}…{% endraw %}</c>, whose inside is text whatever it looks like.</summary>
    private bool TryReadRaw()
    {
        var opening = new TagEnd(_source, _at, "raw");
        if (!opening.Matches) return false;
        _at = opening.End;
        TrimAfter(opening.Sign, trimLineBreak: false);
        var start = _at;
        for (var tag = _source.IndexOf("{%", start, StringComparison.Ordinal);
            tag >= 0;
            tag = _source.IndexOf("{%", tag + 1, StringComparison.Ordinal))
        {
            var sign = tag + 2 < _source.Length && _source[tag + 2] is '-' or '+' ? _source[tag + 2] : ' ';
            var closing = new TagEnd(_source, tag + (sign == ' ' ? 2 : 3), "endraw");
            if (!closing.Matches) continue;
            _atLineStart = start > 0 && _source[start - 1] == '\n';
            AddText(TrimBefore(_source[start..tag], '%', sign));
            _at = closing.End;
            TrimAfter(closing.Sign, trimLineBreak: true);
            return true;
        }
        throw new JinjaException("the raw block is not closed", CurrentLine());
    }

    private void ReadExpression(string closing, TokenKind kind)
    {
        var open = new Stack<char>();
        while (true)
        {
            while (_at < _source.Length && char.IsWhiteSpace(_source[_at])) _at++;
            if (_at >= _source.Length) throw new JinjaException($"the tag is not closed by {closing}", CurrentLine());
            if (open.Count == 0 && ClosesHere(closing, kind) is { } sign)
            {
                Add(kind, closing);
                _at += closing.Length + (sign == ' ' ? 0 : 1);
                TrimAfter(sign, trimLineBreak: kind == TokenKind.BlockEnd);
                return;
            }
            var line = CurrentLine();
            var afterDot = _tokens[^1].IsOperator(".");
            var (token, end) = ExpressionLexer.Next(_source, _at, line, afterDot);
            Balance(open, token);
            _tokens.Add(token);
            _at = end;
        }
    }

    private char? ClosesHere(string closing, TokenKind kind)
    {
        if (string.CompareOrdinal(_source, _at, closing, 0, 2) == 0) return ' ';
        var signed = _source[_at] == '-' || (_source[_at] == '+' && kind == TokenKind.BlockEnd);
        return signed && string.CompareOrdinal(_source, _at + 1, closing, 0, 2) == 0 ? _source[_at] : null;
    }

    private static void Balance(Stack<char> open, Token token)
    {
        if (token.Kind != TokenKind.Operator) return;
        switch (token.Text)
        {
            case "(" or "[" or "{":
                open.Push(token.Text[0] switch { '(' => ')', '[' => ']', _ => '}' });
                break;
            case ")" or "]" or "}":
                if (!open.TryPop(out var wanted) || wanted != token.Text[0])
                    throw new JinjaException($"unexpected '{token.Text}'", token.Line);
                break;
        }
    }

    private void TrimAfter(char sign, bool trimLineBreak)
    {
        if (sign == '-') while (_at < _source.Length && PythonText.IsSpace(_source[_at])) _at++;
        else if (sign != '+' && trimLineBreak && _at < _source.Length && _source[_at] == '\n') _at++;
    }

    private void AddText(string text)
    {
        if (text.Length > 0) _tokens.Add(new Token(TokenKind.Text, text, CurrentLine()));
    }

    private void Add(TokenKind kind, string text) => _tokens.Add(new Token(kind, text, CurrentLine()));

    private int CurrentLine()
    {
        var to = Math.Min(_at, _source.Length);
        _line += _source.AsSpan(_lineCountedTo, to - _lineCountedTo).Count('\n');
        _lineCountedTo = to;
        return _line;
    }

    /// <summary>A tag of one word, from after its sign: the word, white space, and the tag's end.</summary>
    private readonly struct TagEnd
    {
        public TagEnd(string source, int at, string word)
        {
            while (at < source.Length && char.IsWhiteSpace(source[at])) at++;
            if (string.CompareOrdinal(source, at, word, 0, word.Length) != 0) return;
            at += word.Length;
            while (at < source.Length && char.IsWhiteSpace(source[at])) at++;
            Sign = at < source.Length && source[at] is '-' or '+' ? source[at++] : ' ';
            Matches = string.CompareOrdinal(source, at, "%}", 0, 2) == 0;
            End = at + 2;
        }

        public bool Matches { get; }

        public char Sign { get; }

        public int End { get; }
    }
}
