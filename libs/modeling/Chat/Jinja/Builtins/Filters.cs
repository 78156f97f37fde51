using System.Globalization;
using Sgasa.Modeling.Chat.Jinja.Values;

namespace Sgasa.Modeling.Chat.Jinja.Builtins;

/// <summary>The filters after <c>|</c>.</summary>
internal static class Filters
{
    private static readonly Dictionary<string, Func<object?, CallArguments, Budget, object?>> All = new(StringComparer.Ordinal)
    {
        ["abs"] = (v, _, _) => v is double real ? (object)Math.Abs(real) : Math.Abs(Math.Max(v.Integer("abs"), -long.MaxValue)),
        ["attr"] = (v, a, b) => Attribute(v, a.Bind("attr", "name")[0].Text("attr"), b),
        ["batch"] = ListFilters.Batch,
        ["capitalize"] = (v, _, b) => b.Text(PythonText.Capitalize(Operators.Text(v))),
        ["center"] = (v, a, b) => Methods.Pad(
            Operators.Text(v), a.Bind("center", "width")[0].Integer("center", 80), " ", "center", b),
        ["count"] = (v, _, _) => Length(v),
        ["d"] = Default,
        ["default"] = Default,
        ["dictsort"] = (v, a, b) => ListFilters.DictSort(v, a, b),
        ["first"] = (v, _, b) => Operators.Items(v, b) is { Count: > 0 } items ? items[0] : new Undefined("the first of nothing"),
        ["float"] = (v, a, _) => ToFloat(v) ?? a.Bind("float", "default")[0].Or(0.0),
        ["format"] = (v, a, b) => b.Text(PercentFormat.Apply(
            v.Text("format"), new TupleValue([.. Enumerable.Range(0, a.Count).Select(a.At)]))),
        ["indent"] = Indent,
        ["int"] = (v, a, _) => ToInteger(v) ?? a.Bind("int", "default")[0].Or(0L),
        ["items"] = (v, a, b) => v is Undefined ? new List<object?>()
            : v is DictValue dict ? Methods.Find(dict, "items", b)!.Invoke(a)
            : throw new JinjaException($"items wants a dict, not {Operators.TypeName(v)}"),
        ["join"] = (v, a, b) => ListFilters.Join(v, a, b),
        ["last"] = (v, _, b) => Operators.Items(v, b) is { Count: > 0 } items ? items[^1] : new Undefined("the last of nothing"),
        ["length"] = (v, _, _) => Length(v),
        ["list"] = (v, _, b) => Counted([.. Operators.Items(v, b)], b),
        ["lower"] = (v, _, b) => b.Text(Operators.Text(v).ToLowerInvariant()),
        ["map"] = (v, a, b) => ListFilters.Map(v, a, b),
        ["max"] = (v, a, b) => ListFilters.Extreme(v, a, b, +1),
        ["min"] = (v, a, b) => ListFilters.Extreme(v, a, b, -1),
        ["reject"] = (v, a, b) => ListFilters.Select(v, a, b, keep: false, byAttribute: false),
        ["rejectattr"] = (v, a, b) => ListFilters.Select(v, a, b, keep: false, byAttribute: true),
        ["replace"] = (v, a, b) =>
        {
            var given = a.Bind("replace", "old", "new", "count");
            return Methods.Replace(
                Operators.Text(v), Operators.Text(given[0]), Operators.Text(given[1]),
                given[2].Or(null) is { } count ? count.Integer("replace") : -1, b);
        },
        ["reverse"] = (v, _, b) => v is string text
            ? b.Text(string.Concat(Operators.Items(text, b).Reverse()))
            : Counted([.. Operators.Items(v, b).Reverse()], b),
        ["round"] = Round,
        ["safe"] = (v, _, _) => v,
        ["select"] = (v, a, b) => ListFilters.Select(v, a, b, keep: true, byAttribute: false),
        ["selectattr"] = (v, a, b) => ListFilters.Select(v, a, b, keep: true, byAttribute: true),
        ["sort"] = (v, a, b) => ListFilters.Sort(v, a, b),
        ["string"] = (v, _, b) => b.Text(Operators.Text(v)),
        ["sum"] = (v, a, b) => ListFilters.Sum(v, a, b),
        ["title"] = (v, _, b) => b.Text(PythonText.Title(Operators.Text(v))),
        ["tojson"] = (v, a, b) => b.Text(JsonText.Write(v, a)),
        ["trim"] = (v, a, b) => b.Text(PythonText.Trim(
            Operators.Text(v), a.Bind("trim", "chars")[0].Or(null) is { } chars ? chars.Text("trim") : null)),
        ["unique"] = (v, a, b) => ListFilters.Unique(v, a, b),
        ["upper"] = (v, _, b) => b.Text(Operators.Text(v).ToUpperInvariant()),
        ["wordcount"] = (v, _, _) => (long)PythonText.Split(Operators.Text(v), null, -1, false).Count,
    };

    /// <summary>Whether there is a filter of that name.</summary>
    public static bool Known(string name) => All.ContainsKey(name);

    /// <summary>Applies a filter.</summary>
    public static object? Apply(string name, object? value, CallArguments arguments, Budget budget) =>
        All.TryGetValue(name, out var filter)
            ? filter(value, arguments, budget)
            : throw new JinjaException($"the filter '{name}' is not supported");

    /// <summary>Number of elements, entries or characters.</summary>
    public static long Length(object? value) => value switch
    {
        string text => PythonText.Length(text),
        DictValue dict => dict.Count,
        IReadOnlyList<object?> list => list.Count,
        Undefined => 0,
        _ => throw new JinjaException($"{Operators.TypeName(value)} has no length"),
    };

    /// <summary>An attribute, but no item, unlike after a dot.</summary>
    private static object? Attribute(object? value, string name, Budget budget) =>
        value is string or IReadOnlyList<object?> or DictValue
        ? Methods.Find(value, name, budget) ?? (object)new Undefined($"the attribute '{name}'")
        : Access.Attribute(value, name, budget);

    private static List<object?> Counted(List<object?> items, Budget budget)
    {
        budget.Items(items.Count);
        return items;
    }

    private static object? Default(object? value, CallArguments arguments, Budget budget)
    {
        var given = arguments.Bind("default", "default_value", "boolean");
        var replaced = value is Undefined || (given[1].Flag(false) && !Operators.IsTrue(value));
        return replaced ? given[0].Or("") : value;
    }

    private static long? ToInteger(object? value) => value switch
    {
        bool or long => value.Integer("int"),
        double real when Math.Abs(real) < 9e18 => (long)real,
        string text when long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) =>
            whole,
        string => ToFloat(value) is { } real && Math.Abs(real) < 9e18 ? (long)real : null,
        _ => null,
    };

    private static double? ToFloat(object? value) => value is string text
        ? double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var real) ? real : null
        : ValueEquality.Number(value);

    private static object Round(object? value, CallArguments arguments, Budget budget)
    {
        var given = arguments.Bind("round", "precision", "method");
        if (ValueEquality.Number(value) is not { } number)
            throw new JinjaException($"round wants a number, not {Operators.TypeName(value)}");
        var precision = given[0].Integer("round", 0);
        if (precision is < -15 or > 15) throw new JinjaException("round wants a precision between -15 and 15");
        var scale = Math.Pow(10, precision);
        var method = given[1].Text("round", "common");
        if (value is long whole && precision >= 0 && method == "common") return whole;
        return method switch
        {
            "common" when precision >= 0 => Math.Round(number, (int)precision, MidpointRounding.ToEven),
            "common" => Math.Round(number * scale, MidpointRounding.ToEven) / scale,
            "ceil" => Math.Ceiling(number * scale) / scale,
            "floor" => Math.Floor(number * scale) / scale,
            var other => throw new JinjaException($"round knows no method '{other}'"),
        };
    }

    private static string Indent(object? value, CallArguments arguments, Budget budget)
    {
        var given = arguments.Bind("indent", "width", "first", "blank");
        var indent = given[0] is string text ? text : new string(' ', (int)Math.Clamp(given[0].Integer("indent", 4), 0, 1000));
        var (first, blank) = (given[1].Flag(false), given[2].Flag(false));
        var lines = Operators.Text(value).Split('\n');
        Budget.CheckText((long)lines.Length * (indent.Length + 1) + Operators.Text(value).Length);
        for (var i = 0; i < lines.Length; i++)
            if (i == 0 ? first : blank || lines[i].Length > 0) lines[i] = indent + lines[i];
        return budget.Text(string.Join('\n', lines));
    }
}
