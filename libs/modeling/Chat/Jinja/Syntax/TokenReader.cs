using Sgasa.Modeling.Chat.Jinja.Values;

namespace Sgasa.Modeling.Chat.Jinja.Syntax;

/// <summary>Walks along tokens.</summary>
internal sealed class TokenReader(IReadOnlyList<Token> tokens)
{
    private const int MaxDepth = 100;
    private int _at;
    private int _depth;

    /// <summary>The token not yet taken.</summary>
    public Token Current => tokens[_at];

    /// <summary>The one after that.</summary>
    public Token Following => tokens[Math.Min(_at + 1, tokens.Count - 1)];

    /// <summary>Takes a token; the end can be taken any number of times.</summary>
    public Token Take() => tokens[_at < tokens.Count - 1 ? _at++ : _at];

    /// <summary>Takes this operator if it comes next.</summary>
    public bool TakeOperator(string text)
    {
        if (!Current.IsOperator(text)) return false;
        Take();
        return true;
    }

    /// <summary>Takes this word if it comes next.</summary>
    public bool TakeName(string text)
    {
        if (!Current.IsName(text)) return false;
        Take();
        return true;
    }

    /// <summary>Takes this operator, or fails.</summary>
    public void ExpectOperator(string text)
    {
        if (!TakeOperator(text)) throw Unexpected($"'{text}'");
    }

    /// <summary>Takes a token of this kind, or fails.</summary>
    public Token Expect(TokenKind kind, string wanted) => Current.Kind == kind ? Take() : throw Unexpected(wanted);

    /// <summary>An error at the token not yet taken.</summary>
    public JinjaException Unexpected(string wanted) => new($"found {Current} where {wanted} is wanted", Current.Line);

    /// <summary>Parses something nested.</summary>
    public T Nested<T>(Func<T> parse)
    {
        if (++_depth > MaxDepth) throw new JinjaException("the template nests too deeply", Current.Line);
        var result = parse();
        _depth--;
        return result;
    }
}
