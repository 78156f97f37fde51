using Sgasa.Modeling.Chat.Jinja.Builtins;

namespace Sgasa.Modeling.Chat.Jinja.Syntax;

/// <summary>A part of a parsed template.</summary>
/// <param name="Line">Where it begins, from 1.</param>
internal abstract record Node(int Line);

internal abstract record Statement(int Line) : Node(Line);

internal sealed record TextStatement(string Text, int Line) : Statement(Line);

internal sealed record OutputStatement(Expression Value, int Line) : Statement(Line);

internal sealed record IfStatement(
    IReadOnlyList<(Expression Condition, IReadOnlyList<Statement> Body)> Branches, IReadOnlyList<Statement> Else, int Line)
    : Statement(Line);

internal sealed record ForStatement(
    Expression Target,
    Expression Items,
    Expression? Filter,
    IReadOnlyList<Statement> Body,
    IReadOnlyList<Statement> Else,
    int Line) : Statement(Line);

/// <summary><c>{% set a = b %}</c></summary>
internal sealed record SetStatement(Expression Target, Expression Value, int Line) : Statement(Line);

/// <summary><c>{% set a | filter %}…{% endset %}</c>; the filters apply to the text.</summary>
internal sealed record SetBlockStatement(
    Expression Target, IReadOnlyList<FilterExpression> Filters, IReadOnlyList<Statement> Body, int Line) : Statement(Line);

internal sealed record MacroStatement(
    string Name, IReadOnlyList<(string Name, Expression? Default)> Parameters, IReadOnlyList<Statement> Body, int Line)
    : Statement(Line);

/// <summary><c>{% call(user) list(users) %}…{% endcall %}</c>: the macro called can call what is inside.</summary>
internal sealed record CallStatement(CallExpression Call, MacroStatement Caller, int Line) : Statement(Line);

/// <summary><c>{% filter name %}…{% endfilter %}</c></summary>
internal sealed record FilterStatement(
    IReadOnlyList<FilterExpression> Filters, IReadOnlyList<Statement> Body, int Line) : Statement(Line);

/// <summary><c>{% with a = b %}…{% endwith %}</c>, and tags that only mark what is inside.</summary>
internal sealed record WithStatement(
    IReadOnlyList<(Expression Target, Expression Value)> Assignments, IReadOnlyList<Statement> Body, int Line)
    : Statement(Line);

internal sealed record BreakStatement(int Line) : Statement(Line);

internal sealed record ContinueStatement(int Line) : Statement(Line);

internal abstract record Expression(int Line) : Node(Line);

internal sealed record LiteralExpression(object? Value, int Line) : Expression(Line);

internal sealed record NameExpression(string Name, int Line) : Expression(Line);

internal sealed record TupleExpression(IReadOnlyList<Expression> Items, int Line) : Expression(Line);

internal sealed record ListExpression(IReadOnlyList<Expression> Items, int Line) : Expression(Line);

internal sealed record DictExpression(IReadOnlyList<(Expression Key, Expression Value)> Items, int Line) : Expression(Line);

internal sealed record AttributeExpression(Expression Owner, string Name, int Line) : Expression(Line);

internal sealed record ItemExpression(Expression Owner, Expression Key, int Line) : Expression(Line);

internal sealed record SliceExpression(Expression Owner, Expression? Start, Expression? Stop, Expression? Step, int Line)
    : Expression(Line);

/// <summary>The arguments of a call, filter or test.</summary>
internal sealed record ArgumentList(
    IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Named)
{
    /// <summary>A list after <c>*</c>, whose elements are further arguments.</summary>
    public Expression? Spread { get; init; }

    /// <summary>A dict after <c>**</c>, whose entries are further named arguments.</summary>
    public Expression? SpreadNamed { get; init; }

    /// <summary>No arguments.</summary>
    public static readonly ArgumentList None = new([], []);
}

internal sealed record CallExpression(Expression Function, ArgumentList Arguments, int Line) : Expression(Line);

/// <summary>A filter; its input is null where it stands in a tag, before the text is known.</summary>
internal sealed record FilterExpression(Expression? Input, string Name, ArgumentList Arguments, int Line) : Expression(Line);

internal sealed record TestExpression(Expression Input, string Name, ArgumentList Arguments, bool Negated, int Line)
    : Expression(Line);

internal sealed record UnaryExpression(string Operator, Expression Operand, int Line) : Expression(Line);

internal sealed record BinaryExpression(string Operator, Expression Left, Expression Right, int Line) : Expression(Line);

/// <summary>A chain such as <c>a &lt; b &lt;= c</c>.</summary>
internal sealed record ComparisonExpression(
    Expression First, IReadOnlyList<(string Operator, Expression Right)> Rest, int Line) : Expression(Line);

internal sealed record ConditionalExpression(Expression Condition, Expression Then, Expression? Else, int Line)
    : Expression(Line);
