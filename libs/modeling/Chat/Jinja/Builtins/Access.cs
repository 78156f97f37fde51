using Sgasa.Modeling.Chat.Jinja.Values;

namespace Sgasa.Modeling.Chat.Jinja.Builtins;

/// <summary>Attributes, items and slices of values.</summary>
internal static class Access
{
    /// <summary><c>owner.name</c>: a method or attribute first, then an item of a dict.</summary>
    public static object? Attribute(object? owner, string name, Budget budget)
    {
        switch (owner)
        {
            case Undefined undefined:
                throw undefined.Error();
            case NamespaceValue ns:
                return ns.Fields.TryGetValue(name, out var field) ? field : new Undefined($"the attribute '{name}'");
            case LoopValue loop:
                return loop.Attribute(name);
            case null:
                return new Undefined($"the attribute '{name}' of none");
        }
        if (Methods.Find(owner, name, budget) is { } method) return method;
        return owner is DictValue dict && dict.TryGet(name, out var value)
            ? value
            : new Undefined($"the attribute '{name}' of {Operators.TypeName(owner)}");
    }

    /// <summary><c>owner[key]</c>: an item first, then an attribute.</summary>
    public static object? Item(object? owner, object? key, Budget budget)
    {
        switch (owner)
        {
            case Undefined undefined:
                throw undefined.Error();
            case DictValue dict when dict.TryGet(key, out var value):
                return value;
            case IReadOnlyList<object?> list when key is long or bool:
                var at = Index(key, list.Count);
                return at is { } i ? list[i] : new Undefined($"the item {key} of a list");
            case string text when key is long or bool:
                var range = Slice(text, key, key.Integer("index") is -1 ? null : key.Integer("index") + 1, null, budget);
                return range is "" ? new Undefined($"the item {key} of a text") : range;
        }
        return key is string name ? Attribute(owner, name, budget) : new Undefined($"an item of {Operators.TypeName(owner)}");
    }

    /// <summary><c>owner[start:stop:step]</c> of a list or a text.</summary>
    public static object? Slice(object? owner, object? start, object? stop, object? step, Budget budget)
    {
        if (owner is Undefined undefined) throw undefined.Error();
        var stride = step is null ? 1 : step.Integer("a slice");
        if (stride == 0) throw new JinjaException("a slice's step can't be 0");
        switch (owner)
        {
            case string text when stride == 1 && PythonText.Length(text) == text.Length:
                var (from, to) = Range(start, stop, 1, text.Length);
                return budget.Text(from < to ? text[(int)from..(int)to] : "");
            case string text:
                var points = Operators.Items(text, budget);
                return budget.Text(string.Concat(Pick(points, start, stop, stride)));
            case IReadOnlyList<object?> list:
                var items = Pick(list, start, stop, stride);
                budget.Items(items.Count);
                return owner is TupleValue ? new TupleValue(items) : items;
            default:
                throw new JinjaException($"{Operators.TypeName(owner)} can't be sliced");
        }
    }

    private static List<object?> Pick(IReadOnlyList<object?> list, object? start, object? stop, long step)
    {
        var (from, to) = Range(start, stop, step, list.Count);
        var items = new List<object?>();
        for (var i = from; step > 0 ? i < to : i > to; i += step)
        {
            items.Add(list[(int)i]);
            if (step > 0 ? to - i <= step : i - to <= -step) break; // the next one is outside, and might overflow
        }
        return items;
    }

    /// <summary>Python's bounds: negative ones count from the end, and what is outside is cut off.</summary>
    private static (long From, long To) Range(object? start, object? stop, long step, long count)
    {
        var (low, high) = step > 0 ? (0L, count) : (-1L, count - 1);
        long Bound(object? value, long fallback)
        {
            if (value is null) return fallback;
            var number = value.Integer("a slice");
            return Math.Clamp(number < 0 ? number + count : number, low, high);
        }
        return step > 0 ? (Bound(start, low), Bound(stop, high)) : (Bound(start, high), Bound(stop, low));
    }

    private static int? Index(object key, int count)
    {
        var number = key.Integer("index");
        if (number < 0) number += count;
        return number >= 0 && number < count ? (int)number : null;
    }
}
