using System.Text;
using Sgasa.Modeling.Chat.Jinja.Builtins;
using Sgasa.Modeling.Chat.Jinja.Syntax;
using Sgasa.Modeling.Chat.Jinja.Values;

namespace Sgasa.Modeling.Chat.Jinja;

/// <summary>
/// Runs a parsed template. It can reach nothing but the values it is given, and has bounds on all it does.
/// </summary>
internal sealed class Interpreter
{
    private readonly Budget _budget = new();
    private readonly Evaluator _evaluator;
    private StringBuilder _output = new();

    private Interpreter() => _evaluator = new Evaluator(_budget);

    private enum Flow
    {
        Next,
        Break,
        Continue,
    }

    /// <summary>Renders a template.</summary>
    /// <param name="template">Its statements.</param>
    /// <param name="variables">What it sees.</param>
    /// <param name="clock">What <c>strftime_now</c> reads.</param>
    /// <exception cref="JinjaException">An operation fails, or a bound is reached; the line is filled in.</exception>
    public static string Render(
        IReadOnlyList<Statement> template, IEnumerable<KeyValuePair<string, object?>> variables, TimeProvider clock)
    {
        var interpreter = new Interpreter();
        var scope = new Scope(null);
        foreach (var (name, function) in Globals.Make(interpreter._budget, clock)) scope.Set(name, function);
        foreach (var (name, value) in variables) scope.Set(name, value);
        try
        {
            interpreter.Run(template, new Scope(scope));
            return interpreter._output.ToString();
        }
        catch (JinjaException e) when (e.Line == 0)
        {
            throw new JinjaException(e.Message, interpreter._evaluator.Line) { RaisedByTemplate = e.RaisedByTemplate };
        }
    }

    private Flow Run(IReadOnlyList<Statement> statements, Scope scope)
    {
        _budget.Enter();
        foreach (var statement in statements)
        {
            _budget.Step();
            _evaluator.Line = statement.Line;
            var flow = Run(statement, scope);
            if (flow == Flow.Next) continue;
            _budget.Leave();
            return flow;
        }
        _budget.Leave();
        return Flow.Next;
    }

    private Flow Run(Statement statement, Scope scope)
    {
        switch (statement)
        {
            case TextStatement text:
                Write(text.Text);
                return Flow.Next;
            case OutputStatement output:
                Write(Operators.Text(_evaluator.Evaluate(output.Value, scope)));
                return Flow.Next;
            case SetStatement set:
                _evaluator.Assign(set.Target, _evaluator.Evaluate(set.Value, scope), scope);
                return Flow.Next;
            case SetBlockStatement block:
                _evaluator.Assign(block.Target, Filter(block.Filters, Capture(block.Body, new Scope(scope)), scope), scope);
                return Flow.Next;
            case FilterStatement filter:
                Write(Operators.Text(Filter(filter.Filters, Capture(filter.Body, new Scope(scope)), scope)));
                return Flow.Next;
            case IfStatement choice:
                foreach (var (condition, body) in choice.Branches)
                    if (Operators.IsTrue(_evaluator.Evaluate(condition, scope))) return Run(body, scope);
                return Run(choice.Else, scope);
            case ForStatement loop:
                return Loop(loop, scope);
            case WithStatement with:
                var inner = new Scope(scope);
                foreach (var (target, value) in with.Assignments)
                    _evaluator.Assign(target, _evaluator.Evaluate(value, scope), inner);
                return Run(with.Body, with.Assignments.Count > 0 ? inner : scope);
            case MacroStatement macro:
                scope.Set(macro.Name, new FunctionValue(macro.Name, arguments => Call(macro, arguments, scope)));
                return Flow.Next;
            case CallStatement call:
                var caller = new FunctionValue("caller", arguments => Call(call.Caller, arguments, scope));
                Write(Operators.Text(_evaluator.Call(call.Call, scope, caller)));
                return Flow.Next;
            case BreakStatement:
                return Flow.Break;
            case ContinueStatement:
                return Flow.Continue;
            default:
                throw new JinjaException($"{statement.GetType().Name} is not supported", statement.Line);
        }
    }

    private Flow Loop(ForStatement loop, Scope scope)
    {
        var items = Operators.Items(_evaluator.Evaluate(loop.Items, scope), _budget);
        if (loop.Filter is not null)
            items =
            [
                .. items.Where(item =>
                {
                    var candidate = new Scope(scope);
                    _evaluator.Assign(loop.Target, item, candidate);
                    return Operators.IsTrue(_evaluator.Evaluate(loop.Filter, candidate));
                }),
            ];
        if (items.Count == 0) return Run(loop.Else, scope);
        var state = new LoopValue(items, _budget.Equality);
        for (var i = 0; i < items.Count; i++)
        {
            state.Index = i;
            var iteration = new Scope(scope);
            _evaluator.Assign(loop.Target, items[i], iteration);
            iteration.Set("loop", state);
            if (Run(loop.Body, iteration) == Flow.Break) break;
        }
        return Flow.Next;
    }

    private string Call(MacroStatement macro, CallArguments arguments, Scope definition)
    {
        _budget.Enter();
        var names = macro.Parameters.Select(p => p.Name).ToArray();
        var scope = new Scope(definition);
        if (!names.Contains("caller"))
        {
            arguments = arguments.Without("caller", out var caller);
            scope.Set("caller", caller);
        }
        var values = arguments.Bind($"the macro '{macro.Name}'", names);
        for (var i = 0; i < names.Length; i++)
            scope.Set(names[i], values[i] is not CallArguments.Missing ? values[i]
                : macro.Parameters[i].Default is { } expression ? _evaluator.Evaluate(expression, scope)
                : new Undefined($"'{names[i]}'"));
        var text = Capture(macro.Body, scope);
        _budget.Leave();
        return text;
    }

    /// <summary>The output of statements, as a value.</summary>
    private string Capture(IReadOnlyList<Statement> body, Scope scope)
    {
        var outer = _output;
        _output = new StringBuilder();
        Run(body, scope);
        var text = _output.ToString();
        _output = outer;
        return _budget.Text(text);
    }

    private object? Filter(IReadOnlyList<FilterExpression> filters, object? value, Scope scope)
    {
        foreach (var filter in filters)
            value = Filters.Apply(filter.Name, value, _evaluator.Arguments(filter.Arguments, scope), _budget);
        return value;
    }

    private void Write(string text)
    {
        Budget.CheckText((long)_output.Length + text.Length);
        _output.Append(_budget.Text(text));
    }
}
