using Sgasa.Modeling.Chat.Jinja.Values;

namespace Sgasa.Modeling.Chat.Jinja.Syntax;

/// <summary>Parses a template's statements.</summary>
internal sealed class JinjaParser
{
    private readonly TokenReader _reader;
    private readonly ExpressionParser _expressions;
    private int _loops;

    private JinjaParser(IReadOnlyList<Token> tokens)
    {
        _reader = new TokenReader(tokens);
        _expressions = new ExpressionParser(_reader);
    }

    /// <summary>Parses a whole template.</summary>
    /// <exception cref="JinjaException">It is malformed, or uses a construct that is not supported.</exception>
    public static IReadOnlyList<Statement> Parse(string source)
    {
        var parser = new JinjaParser(JinjaLexer.Tokenize(source));
        var body = parser.ParseBody();
        if (parser._reader.Current.Kind != TokenKind.End) throw parser._reader.Unexpected("a statement");
        return body;
    }

    /// <summary>Statements up to one of these words, which is left in place, its <c>{%</c> taken.</summary>
    private List<Statement> ParseBody(params ReadOnlySpan<string> ends)
    {
        var body = new List<Statement>();
        while (_reader.Current.Kind != TokenKind.End)
        {
            var token = _reader.Take();
            switch (token.Kind)
            {
                case TokenKind.Text:
                    body.Add(new TextStatement(token.Text, token.Line));
                    break;
                case TokenKind.OutputBegin:
                    body.Add(new OutputStatement(_expressions.ParseTuple(), token.Line));
                    _reader.Expect(TokenKind.OutputEnd, "'}}'");
                    break;
                default:
                    if (_reader.Current.Kind == TokenKind.Name && ends.Contains(_reader.Current.Text)) return body;
                    body.Add(_reader.Nested(ParseStatement));
                    break;
            }
        }
        return ends.IsEmpty ? body : throw _reader.Unexpected(string.Join(" or ", ends.ToArray()));
    }

    private Statement ParseStatement()
    {
        var word = _reader.Expect(TokenKind.Name, "a statement");
        var line = word.Line;
        switch (word.Text)
        {
            case "if":
                return ParseIf(line);
            case "for":
                return ParseFor(line);
            case "set":
                return ParseSet(line);
            case "macro":
                return ParseMacro(line);
            case "call":
                return ParseCall(line);
            case "with":
                return ParseWith(line);
            case "filter":
                var filters = _expressions.ParseFilters(firstWithoutBar: true);
                return new FilterStatement(filters, ParseBlock("endfilter"), line);
            case "generation": // marks the assistant's tokens for training; it changes no output
                return new WithStatement([], ParseBlock("endgeneration"), line);
            case "break" or "continue":
                if (_loops == 0) throw new JinjaException($"'{word.Text}' outside a loop", line);
                EndTag();
                return word.Text == "break" ? new BreakStatement(line) : new ContinueStatement(line);
            default:
                throw new JinjaException($"the statement '{word.Text}' is not supported", line);
        }
    }

    private IfStatement ParseIf(int line)
    {
        var branches = new List<(Expression, IReadOnlyList<Statement>)>();
        IReadOnlyList<Statement> otherwise = [];
        do
        {
            var condition = _expressions.ParseTuple();
            EndTag();
            branches.Add((condition, ParseBody("elif", "else", "endif")));
        }
        while (_reader.TakeName("elif"));
        if (_reader.TakeName("else"))
        {
            EndTag();
            otherwise = ParseBody("endif");
        }
        _reader.Take();
        EndTag();
        return new IfStatement(branches, otherwise, line);
    }

    private ForStatement ParseFor(int line)
    {
        var target = _expressions.ParseTarget(attributeAllowed: false);
        if (!_reader.TakeName("in")) throw _reader.Unexpected("'in'");
        var items = _expressions.ParseTuple(conditional: false);
        var filter = _reader.TakeName("if") ? _expressions.Parse() : null;
        if (_reader.Current.IsName("recursive")) throw new JinjaException("a recursive loop is not supported", line);
        EndTag();
        _loops++;
        var body = ParseBody("else", "endfor");
        _loops--;
        IReadOnlyList<Statement> otherwise = [];
        if (_reader.TakeName("else"))
        {
            EndTag();
            otherwise = ParseBody("endfor");
        }
        _reader.Take();
        EndTag();
        return new ForStatement(target, items, filter, body, otherwise, line);
    }

    private Statement ParseSet(int line)
    {
        var target = _expressions.ParseTarget(attributeAllowed: true);
        if (_reader.TakeOperator("="))
        {
            var value = _expressions.ParseTuple();
            EndTag();
            return new SetStatement(target, value, line);
        }
        var filters = _expressions.ParseFilters(firstWithoutBar: false);
        return new SetBlockStatement(target, filters, ParseBlock("endset"), line);
    }

    private MacroStatement ParseMacro(int line)
    {
        var name = _reader.Expect(TokenKind.Name, "a name").Text;
        _reader.ExpectOperator("(");
        return ParseMacroBody(name, ParseParameters(), "endmacro", line);
    }

    /// <summary><c>{% call %}</c>: what is inside is a macro of its own.</summary>
    private CallStatement ParseCall(int line)
    {
        var parameters = _reader.TakeOperator("(") ? ParseParameters() : [];
        var call = _expressions.Parse() as CallExpression ?? throw new JinjaException("'call' wants a call of a macro", line);
        return new CallStatement(call, ParseMacroBody("caller", parameters, "endcall", line), line);
    }

    /// <summary>Parameters up to and including the closing bracket.</summary>
    private List<(string Name, Expression? Default)> ParseParameters()
    {
        var parameters = new List<(string, Expression?)>();
        while (!_reader.Current.IsOperator(")"))
        {
            var parameter = _reader.Expect(TokenKind.Name, "a parameter").Text;
            parameters.Add((parameter, _reader.TakeOperator("=") ? _expressions.Parse() : null));
            if (!_reader.TakeOperator(",")) break;
        }
        _reader.ExpectOperator(")");
        return parameters;
    }

    private MacroStatement ParseMacroBody(
        string name, List<(string Name, Expression? Default)> parameters, string end, int line)
    {
        var loops = _loops;
        _loops = 0; // a loop outside is none that the body could leave
        var macro = new MacroStatement(name, parameters, ParseBlock(end), line);
        _loops = loops;
        return macro;
    }

    private WithStatement ParseWith(int line)
    {
        var assignments = new List<(Expression, Expression)>();
        while (_reader.Current.Kind != TokenKind.BlockEnd)
        {
            if (assignments.Count > 0) _reader.ExpectOperator(",");
            var name = _reader.Expect(TokenKind.Name, "a variable");
            _reader.ExpectOperator("=");
            assignments.Add((new NameExpression(name.Text, name.Line), _expressions.Parse()));
        }
        return new WithStatement(assignments, ParseBlock("endwith"), line);
    }

    /// <summary>The rest of an opening tag, what is inside, and the closing tag.</summary>
    private List<Statement> ParseBlock(string end)
    {
        EndTag();
        var body = ParseBody(end);
        _reader.Take();
        // Jinja lets a closing tag repeat a macro's name.
        if (end == "endmacro" && _reader.Current.Kind == TokenKind.Name) _reader.Take();
        EndTag();
        return body;
    }

    private void EndTag() => _reader.Expect(TokenKind.BlockEnd, "'%}'");
}
