using Sgasa.Modeling.Chat.Jinja.Builtins;
using Sgasa.Modeling.Chat.Jinja.Syntax;
using Sgasa.Modeling.Chat.Jinja.Values;

namespace Sgasa.Modeling.Chat.Jinja;

/// <summary>Computes expressions.</summary>
internal sealed class Evaluator(Budget budget)
{
    /// <summary>The line of what was last begun, for errors.</summary>
    public int Line { get; set; }

    /// <summary>An expression's value in a scope.</summary>
    public object? Evaluate(Expression expression, Scope scope)
    {
        budget.Enter();
        Line = expression.Line;
        var value = Compute(expression, scope);
        budget.Leave();
        return budget.Read(value);
    }

    /// <summary>The values of arguments.</summary>
    public CallArguments Arguments(ArgumentList arguments, Scope scope)
    {
        var positional = List(arguments.Positional, scope);
        var named = arguments.Named.Select(argument => (argument.Name, Evaluate(argument.Value, scope))).ToList();
        if (arguments.Spread is not null) positional.AddRange(Operators.Items(Evaluate(arguments.Spread, scope), budget));
        if (arguments.SpreadNamed is not null)
        {
            var entries = Evaluate(arguments.SpreadNamed, scope) as DictValue ?? throw new JinjaException("'**' wants a dict");
            foreach (var (key, value) in entries)
                named.Add((key as string ?? throw new JinjaException("'**' wants texts as keys"), value));
        }
        return new CallArguments(positional, named);
    }

    /// <summary>Gives a value to a name, to several by unpacking, or to a namespace's attribute.</summary>
    public void Assign(Expression target, object? value, Scope scope)
    {
        switch (target)
        {
            case NameExpression name:
                scope.Set(name.Name, value);
                break;
            case AttributeExpression attribute when Evaluate(attribute.Owner, scope) is NamespaceValue ns:
                ns.Fields[attribute.Name] = value;
                break;
            case TupleExpression tuple:
                var items = Operators.Items(value, budget);
                if (items.Count != tuple.Items.Count)
                    throw new JinjaException($"{items.Count} values for {tuple.Items.Count} names", target.Line);
                for (var i = 0; i < items.Count; i++) Assign(tuple.Items[i], items[i], scope);
                break;
            default:
                throw new JinjaException("only a namespace's attributes can be set", target.Line);
        }
    }

    private object? Compute(Expression expression, Scope scope)
    {
        switch (expression)
        {
            case LiteralExpression literal:
                return literal.Value;
            case NameExpression name:
                return scope.Find(name.Name);
            case AttributeExpression attribute:
                return Access.Attribute(Evaluate(attribute.Owner, scope), attribute.Name, budget);
            case ItemExpression item:
                return Access.Item(Evaluate(item.Owner, scope), Evaluate(item.Key, scope), budget);
            case SliceExpression slice:
                return Access.Slice(
                    Evaluate(slice.Owner, scope), Optional(slice.Start, scope), Optional(slice.Stop, scope),
                    Optional(slice.Step, scope), budget);
            case CallExpression call:
                return Call(call, scope);
            case FilterExpression filter:
                return Filters.Apply(filter.Name, Evaluate(filter.Input!, scope), Arguments(filter.Arguments, scope), budget);
            case TestExpression test:
                var input = Evaluate(test.Input, scope);
                return Tests.Apply(test.Name, input, Arguments(test.Arguments, scope), budget) != test.Negated;
            case ConditionalExpression conditional:
                return Operators.IsTrue(Evaluate(conditional.Condition, scope)) ? Evaluate(conditional.Then, scope)
                    : conditional.Else is { } otherwise ? Evaluate(otherwise, scope)
                    : new Undefined("the value of an 'if' without 'else'");
            case ComparisonExpression comparison:
                return Compare(comparison, scope);
            case UnaryExpression unary:
                return Negate(unary.Operator, Evaluate(unary.Operand, scope));
            case BinaryExpression binary:
                return Binary(binary, scope);
            case TupleExpression tuple:
                return new TupleValue(List(tuple.Items, scope));
            case ListExpression list:
                return List(list.Items, scope);
            case DictExpression dict:
                var entries = new DictValue();
                foreach (var (key, value) in dict.Items) entries.Put(Evaluate(key, scope), Evaluate(value, scope));
                return entries;
            default:
                throw new JinjaException($"{expression.GetType().Name} is not supported", expression.Line);
        }
    }

    private object? Optional(Expression? expression, Scope scope) => expression is null ? null : Evaluate(expression, scope);

    private List<object?> List(IReadOnlyList<Expression> items, Scope scope) => [.. items.Select(item => Evaluate(item, scope))];

    /// <summary>Calls a function, with one more named argument where one is given.</summary>
    public object? Call(CallExpression call, Scope scope, FunctionValue? caller = null)
    {
        var callee = Evaluate(call.Function, scope);
        if (callee is Undefined undefined) throw undefined.Error();
        if (callee is not FunctionValue function) throw new JinjaException($"{Operators.TypeName(callee)} can't be called");
        var arguments = Arguments(call.Arguments, scope);
        Line = call.Line;
        return function.Invoke(caller is null ? arguments : arguments.With("caller", caller));
    }

    private bool Compare(ComparisonExpression comparison, Scope scope)
    {
        var left = Evaluate(comparison.First, scope);
        foreach (var (operation, expression) in comparison.Rest)
        {
            var right = Evaluate(expression, scope);
            var holds = operation switch
            {
                "==" => budget.Equality.AreEqual(left, right),
                "!=" => !budget.Equality.AreEqual(left, right),
                "in" => Operators.Contains(right, left, budget.Equality),
                "not in" => !Operators.Contains(right, left, budget.Equality),
                "<" => budget.Equality.Compare(left, right) < 0,
                "<=" => budget.Equality.Compare(left, right) <= 0,
                ">" => budget.Equality.Compare(left, right) > 0,
                _ => budget.Equality.Compare(left, right) >= 0,
            };
            if (!holds) return false;
            left = right;
        }
        return true;
    }

    private static object Negate(string operation, object? operand) => (operation, operand) switch
    {
        ("not", _) => !Operators.IsTrue(operand),
        ("-", double number) => (object)-number,
        ("+", double number) => number,
        ("-", _) => operand.Integer("-") is var number && number != long.MinValue
            ? -number
            : throw new JinjaException("'-' gives a number that is too large"),
        _ => operand.Integer("+"),
    };

    private object? Binary(BinaryExpression binary, Scope scope)
    {
        var left = Evaluate(binary.Left, scope);
        switch (binary.Operator)
        {
            case "and":
                return Operators.IsTrue(left) ? Evaluate(binary.Right, scope) : left;
            case "or":
                return Operators.IsTrue(left) ? left : Evaluate(binary.Right, scope);
            case "~":
                var (first, second) = (Operators.Text(left), Operators.Text(Evaluate(binary.Right, scope)));
                Budget.CheckText((long)first.Length + second.Length);
                return budget.Text(first + second);
            default:
                return Operators.Apply(binary.Operator, left, Evaluate(binary.Right, scope), budget);
        }
    }
}
