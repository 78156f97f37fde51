using Sgasa.Modeling.Chat.Jinja.Values;

namespace Sgasa.Modeling.Chat.Jinja.Builtins;

/// <summary>The tests after <c>is</c>.</summary>
internal static class Tests
{
    private static readonly Dictionary<string, Func<object?, CallArguments, Budget, bool>> All = new(StringComparer.Ordinal)
    {
        ["defined"] = (v, _, _) => v is not Undefined,
        ["undefined"] = (v, _, _) => v is Undefined,
        ["none"] = (v, _, _) => v is null,
        ["boolean"] = (v, _, _) => v is bool,
        ["true"] = (v, _, _) => v is true,
        ["false"] = (v, _, _) => v is false,
        ["string"] = (v, _, _) => v is string,
        ["number"] = (v, _, _) => v is bool or long or double,
        ["integer"] = (v, _, _) => v is long,
        ["float"] = (v, _, _) => v is double,
        ["mapping"] = (v, _, _) => v is DictValue,
        ["sequence"] = (v, _, _) => v is string or DictValue or IReadOnlyList<object?> or Undefined,
        ["iterable"] = (v, _, _) => v is string or DictValue or IReadOnlyList<object?> or Undefined,
        ["callable"] = (v, _, _) => v is FunctionValue,
        ["even"] = (v, _, _) => v.Integer("even") % 2 == 0,
        ["odd"] = (v, _, _) => v.Integer("odd") % 2 != 0,
        ["divisibleby"] = (v, a, _) => a.Bind("divisibleby", "num")[0].Integer("divisibleby") is var by && by != 0
            ? by == -1 || v.Integer("divisibleby") % by == 0
            : throw new JinjaException("division by zero"),
        ["lower"] = (v, _, _) => Operators.Text(v) is var text && text.Any(char.IsLower) && !text.Any(char.IsUpper),
        ["upper"] = (v, _, _) => Operators.Text(v) is var text && text.Any(char.IsUpper) && !text.Any(char.IsLower),
        ["in"] = (v, a, b) => Operators.Contains(a.Bind("in", "seq")[0], v, b.Equality),
        ["sameas"] = (v, a, _) => a.Bind("sameas", "other")[0] is var other
            && (ReferenceEquals(v, other) || (v is bool && v.Equals(other))),
        ["filter"] = (v, _, _) => Filters.Known(v.Text("filter")),
        ["test"] = (v, _, _) => Known(v.Text("test")),
    };

    static Tests()
    {
        void Comparison(Func<object?, object?, Budget, bool> compare, params ReadOnlySpan<string> names)
        {
            foreach (var name in names) All[name] = (v, a, b) => compare(v, a.Bind("a comparison", "other")[0], b);
        }
        Comparison((v, o, b) => b.Equality.AreEqual(v, o), "eq", "equalto", "==");
        Comparison((v, o, b) => !b.Equality.AreEqual(v, o), "ne", "!=");
        Comparison((v, o, b) => b.Equality.Compare(v, o) < 0, "lt", "lessthan", "<");
        Comparison((v, o, b) => b.Equality.Compare(v, o) <= 0, "le", "<=");
        Comparison((v, o, b) => b.Equality.Compare(v, o) > 0, "gt", "greaterthan", ">");
        Comparison((v, o, b) => b.Equality.Compare(v, o) >= 0, "ge", ">=");
    }

    /// <summary>Whether there is a test of that name.</summary>
    public static bool Known(string name) => All.ContainsKey(name);

    /// <summary>Applies a test.</summary>
    public static bool Apply(string name, object? value, CallArguments arguments, Budget budget) =>
        All.TryGetValue(name, out var test)
            ? test(value, arguments, budget)
            : throw new JinjaException($"the test '{name}' is not supported");
}
