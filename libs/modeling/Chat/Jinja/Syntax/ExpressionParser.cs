using System.Globalization;
using Sgasa.Modeling.Chat.Jinja.Builtins;
using Sgasa.Modeling.Chat.Jinja.Values;

namespace Sgasa.Modeling.Chat.Jinja.Syntax;

/// <summary>Parses expressions, from the loosest operator to the tightest.</summary>
internal sealed class ExpressionParser(TokenReader reader)
{
    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];

    /// <summary>An expression; with a comma outside brackets, a tuple.</summary>
    /// <param name="conditional">
    /// Whether <c>a if b else c</c> may occur; not in a loop's head, where <c>if</c> filters.
    /// </param>
    public Expression ParseTuple(bool conditional = true)
    {
        var line = reader.Current.Line;
        var first = conditional ? Parse() : ParseOr();
        if (!reader.Current.IsOperator(",")) return first;
        var items = new List<Expression> { first };
        while (reader.TakeOperator(",") && StartsExpression()) items.Add(conditional ? Parse() : ParseOr());
        return new TupleExpression(items, line);
    }

    /// <summary>An expression.</summary>
    public Expression Parse() => reader.Nested(ParseConditional);

    /// <summary>One name, several, or (for <c>set</c>) an attribute of a namespace.</summary>
    public Expression ParseTarget(bool attributeAllowed)
    {
        var line = reader.Current.Line;
        var parenthesised = reader.TakeOperator("(");
        var items = new List<Expression>();
        var tuple = false;
        do
        {
            if (items.Count > 0 && reader.Current.Kind != TokenKind.Name) break;
            var name = reader.Expect(TokenKind.Name, "a variable");
            Expression item = new NameExpression(name.Text, name.Line);
            if (attributeAllowed && reader.TakeOperator("."))
                item = new AttributeExpression(item, reader.Expect(TokenKind.Name, "an attribute").Text, name.Line);
            items.Add(item);
            tuple |= reader.Current.IsOperator(",");
        }
        while (reader.TakeOperator(","));
        if (parenthesised) reader.ExpectOperator(")");
        return tuple ? new TupleExpression(items, line) : items[0];
    }

    /// <summary>The filters after <c>|</c>, or those of a filter tag, without their input.</summary>
    public List<FilterExpression> ParseFilters(bool firstWithoutBar)
    {
        var filters = new List<FilterExpression>();
        if (firstWithoutBar) filters.Add(ParseFilter(null));
        while (reader.TakeOperator("|")) filters.Add(ParseFilter(null));
        return filters;
    }

    private Expression ParseConditional()
    {
        var value = ParseOr();
        while (reader.Current.IsName("if"))
        {
            var line = reader.Take().Line;
            var condition = ParseOr();
            var otherwise = reader.TakeName("else") ? Parse() : null;
            value = new ConditionalExpression(condition, value, otherwise, line);
        }
        return value;
    }

    private Expression ParseOr() => ParseLeft(ParseAnd, "or");

    private Expression ParseAnd() => ParseLeft(ParseNot, "and");

    private Expression ParseNot()
    {
        if (!reader.Current.IsName("not")) return ParseComparison();
        var line = reader.Take().Line;
        return new UnaryExpression("not", reader.Nested(ParseNot), line);
    }

    private Expression ParseComparison()
    {
        var first = ParseSum();
        var rest = new List<(string, Expression)>();
        while (true)
        {
            if (reader.Current.Kind == TokenKind.Operator && Comparisons.Contains(reader.Current.Text))
                rest.Add((reader.Take().Text, ParseSum()));
            else if (reader.TakeName("in")) rest.Add(("in", ParseSum()));
            else if (reader.Current.IsName("not") && reader.Following.IsName("in"))
            {
                reader.Take();
                reader.Take();
                rest.Add(("not in", ParseSum()));
            }
            else return rest.Count == 0 ? first : new ComparisonExpression(first, rest, first.Line);
        }
    }

    private Expression ParseSum() => ParseLeft(ParseConcatenation, "+", "-");

    private Expression ParseConcatenation() => ParseLeft(ParseProduct, "~");

    private Expression ParseProduct() => ParseLeft(ParsePower, "*", "/", "//", "%");

    private Expression ParsePower() => ParseLeft(() => ParseUnary(filters: true), "**");

    private Expression ParseLeft(Func<Expression> operand, params ReadOnlySpan<string> operators)
    {
        var left = operand();
        while (reader.Current.Kind is TokenKind.Operator or TokenKind.Name && operators.Contains(reader.Current.Text))
        {
            var token = reader.Take();
            left = new BinaryExpression(token.Text, left, operand(), token.Line);
        }
        return left;
    }

    private Expression ParseUnary(bool filters)
    {
        if (reader.Current.Kind == TokenKind.Operator && reader.Current.Text is "-" or "+")
        {
            var sign = reader.Take();
            var signed = new UnaryExpression(sign.Text, reader.Nested(() => ParseUnary(filters: false)), sign.Line);
            return filters ? ParseFiltersAndTests(signed) : signed;
        }
        var value = ParsePostfix(ParsePrimary());
        return filters ? ParseFiltersAndTests(value) : value;
    }

    private Expression ParsePrimary()
    {
        var token = reader.Take();
        switch (token.Kind)
        {
            case TokenKind.Name:
                return token.Text switch
                {
                    "true" or "True" => new LiteralExpression(true, token.Line),
                    "false" or "False" => new LiteralExpression(false, token.Line),
                    "none" or "None" => new LiteralExpression(null, token.Line),
                    _ => new NameExpression(token.Text, token.Line),
                };
            case TokenKind.String:
                var text = token.Text;
                while (reader.Current.Kind == TokenKind.String) text += reader.Take().Text;
                return new LiteralExpression(text, token.Line);
            case TokenKind.Integer:
                return long.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole)
                    ? new LiteralExpression(whole, token.Line)
                    : throw new JinjaException($"the number {token.Text} is too large", token.Line);
            case TokenKind.Float:
                return new LiteralExpression(double.Parse(token.Text, CultureInfo.InvariantCulture), token.Line);
            case TokenKind.Operator when token.Text == "(":
                return ParseParenthesised(token.Line);
            case TokenKind.Operator when token.Text == "[":
                return new ListExpression(ParseItems("]"), token.Line);
            case TokenKind.Operator when token.Text == "{":
                return ParseDict(token.Line);
            default:
                throw new JinjaException($"found {token} where an expression is wanted", token.Line);
        }
    }

    private Expression ParseParenthesised(int line)
    {
        if (reader.TakeOperator(")")) return new TupleExpression([], line);
        var value = ParseTuple();
        reader.ExpectOperator(")");
        return value;
    }

    private List<Expression> ParseItems(string closing)
    {
        var items = new List<Expression>();
        while (!reader.Current.IsOperator(closing))
        {
            items.Add(Parse());
            if (!reader.TakeOperator(",")) break;
        }
        reader.ExpectOperator(closing);
        return items;
    }

    private DictExpression ParseDict(int line)
    {
        var items = new List<(Expression, Expression)>();
        while (!reader.Current.IsOperator("}"))
        {
            var key = Parse();
            reader.ExpectOperator(":");
            items.Add((key, Parse()));
            if (!reader.TakeOperator(",")) break;
        }
        reader.ExpectOperator("}");
        return new DictExpression(items, line);
    }

    private Expression ParsePostfix(Expression value)
    {
        while (true)
        {
            var line = reader.Current.Line;
            if (reader.TakeOperator("."))
                value = reader.Current.Kind == TokenKind.Integer
                    ? new ItemExpression(value, ParsePrimary(), line)
                    : new AttributeExpression(value, reader.Expect(TokenKind.Name, "an attribute").Text, line);
            else if (reader.TakeOperator("[")) value = ParseSubscript(value, line);
            else if (reader.Current.IsOperator("(")) value = new CallExpression(value, ParseArguments(), line);
            else return value;
        }
    }

    private Expression ParseSubscript(Expression owner, int line)
    {
        var start = reader.Current.IsOperator(":") ? null : ParseTuple();
        if (reader.TakeOperator("]"))
            return new ItemExpression(owner, start ?? throw reader.Unexpected("an index"), line);
        reader.ExpectOperator(":");
        var stop = reader.Current.Kind == TokenKind.Operator && reader.Current.Text is ":" or "]" ? null : Parse();
        var step = reader.TakeOperator(":") && !reader.Current.IsOperator("]") ? Parse() : null;
        reader.ExpectOperator("]");
        return new SliceExpression(owner, start, stop, step, line);
    }

    private ArgumentList ParseArguments()
    {
        reader.ExpectOperator("(");
        var positional = new List<Expression>();
        var named = new List<(string, Expression)>();
        Expression? spread = null;
        Expression? spreadNamed = null;
        while (!reader.Current.IsOperator(")"))
        {
            if (spreadNamed is not null) throw reader.Unexpected("')'");
            if (spread is null && reader.TakeOperator("*")) spread = Parse();
            else if (reader.TakeOperator("**")) spreadNamed = Parse();
            else if (reader.Current.Kind == TokenKind.Name && reader.Following.IsOperator("="))
            {
                var name = reader.Take().Text;
                reader.Take();
                named.Add((name, Parse()));
            }
            else if (named.Count > 0 || spread is not null) throw reader.Unexpected("a named argument");
            else positional.Add(Parse());
            if (!reader.TakeOperator(",")) break;
        }
        reader.ExpectOperator(")");
        return new ArgumentList(positional, named) { Spread = spread, SpreadNamed = spreadNamed };
    }

    private Expression ParseFiltersAndTests(Expression value)
    {
        while (true)
        {
            if (reader.TakeOperator("|")) value = ParseFilter(value);
            else if (reader.TakeName("is")) value = ParseTest(value);
            else if (reader.Current.IsOperator("(")) value = new CallExpression(value, ParseArguments(), reader.Current.Line);
            else return value;
        }
    }

    private FilterExpression ParseFilter(Expression? input)
    {
        var name = reader.Expect(TokenKind.Name, "a filter");
        if (!Filters.Known(name.Text)) throw new JinjaException($"the filter '{name.Text}' is not supported", name.Line);
        var arguments = reader.Current.IsOperator("(") ? ParseArguments() : ArgumentList.None;
        return new FilterExpression(input, name.Text, arguments, name.Line);
    }

    private TestExpression ParseTest(Expression input)
    {
        var negated = reader.TakeName("not");
        var token = reader.Take();
        var isTest = token.Kind == TokenKind.Name || (token.Kind == TokenKind.Operator && Comparisons.Contains(token.Text));
        if (!isTest || !Tests.Known(token.Text)) throw new JinjaException($"the test {token} is not supported", token.Line);
        var arguments = ArgumentList.None;
        if (reader.Current.IsOperator("(")) arguments = ParseArguments();
        else if (StartsExpression() && !reader.Current.IsOperator("-") && !reader.Current.IsOperator("+"))
            arguments = new ArgumentList([reader.Nested(() => ParsePostfix(ParsePrimary()))], []);
        return new TestExpression(input, token.Text, arguments, negated, token.Line);
    }

    /// <summary>
    /// Whether what comes next begins an expression, rather than carrying on or closing the one before.
    /// </summary>
    private bool StartsExpression() => reader.Current.Kind switch
    {
        TokenKind.String or TokenKind.Integer or TokenKind.Float => true,
        TokenKind.Name => reader.Current.Text is not ("else" or "or" or "and" or "is" or "if" or "in" or "not" or "recursive"),
        TokenKind.Operator => reader.Current.Text is "(" or "[" or "{" or "-" or "+",
        _ => false,
    };
}
