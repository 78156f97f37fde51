using Sgasa.Modeling.Chat.Jinja.Values;

namespace Sgasa.Modeling.Chat.Jinja.Builtins;

/// <summary>Filters that go through lists.</summary>
internal static class ListFilters
{
    public static object? Join(object? value, CallArguments arguments, Budget budget)
    {
        var given = arguments.Bind("join", "d", "attribute");
        var pick = Picker(given[1].Or(null), budget);
        return Methods.Join(Each(value, budget, pick), Operators.Text(given[0].Or("")), budget);
    }

    /// <summary><c>map(attribute='a')</c>, or <c>map('filter', …)</c>.</summary>
    public static object? Map(object? value, CallArguments arguments, Budget budget)
    {
        if (arguments.Count > 0)
        {
            var filter = arguments.At(0).Text("map");
            var rest = arguments.Skip(1);
            return Each(value, budget, item => Filters.Apply(filter, item, rest, budget));
        }
        var given = arguments.Bind("map", "attribute", "default");
        if (given[0] is CallArguments.Missing) throw new JinjaException("map wants a filter or an attribute");
        var pick = Picker(given[0], budget);
        return Each(value, budget, item => pick(item) is var found && found is Undefined ? given[1].Or(found) : found);
    }

    /// <summary><c>select</c>, <c>reject</c>, and their <c>attr</c> forms.</summary>
    public static object? Select(object? value, CallArguments arguments, Budget budget, bool keep, bool byAttribute)
    {
        Func<object?, object?> pick = item => item;
        if (byAttribute)
        {
            if (arguments.Count == 0) throw new JinjaException("selectattr wants an attribute");
            pick = Picker(arguments.At(0), budget);
            arguments = arguments.Skip(1);
        }
        var test = arguments.Count > 0 ? arguments.At(0).Text("select") : null;
        var rest = arguments.Skip(1);
        var kept = new List<object?>();
        foreach (var item in Operators.Items(value, budget))
        {
            budget.Step();
            var picked = pick(item);
            if ((test is null ? Operators.IsTrue(picked) : Tests.Apply(test, picked, rest, budget)) == keep) kept.Add(item);
        }
        return kept;
    }

    public static object? Sort(object? value, CallArguments arguments, Budget budget)
    {
        var given = arguments.Bind("sort", "reverse", "case_sensitive", "attribute");
        var pick = Picker(given[2].Or(null), budget);
        var sensitive = given[1].Flag(false);
        return Sorted(Operators.Items(value, budget), item => Fold(pick(item), sensitive), given[0].Flag(false), budget);
    }

    public static object? DictSort(object? value, CallArguments arguments, Budget budget)
    {
        var given = arguments.Bind("dictsort", "case_sensitive", "by", "reverse");
        if (value is not DictValue dict) throw new JinjaException($"dictsort wants a dict, not {Operators.TypeName(value)}");
        var place = given[1].Text("dictsort", "key") switch
        {
            "key" => 0,
            "value" => 1,
            var other => throw new JinjaException($"dictsort can't sort by '{other}'"),
        };
        var sensitive = given[0].Flag(false);
        List<object?> pairs = [.. dict.Select(entry => new TupleValue([entry.Key, entry.Value]))];
        return Sorted(pairs, pair => Fold(((TupleValue)pair!)[place], sensitive), given[2].Flag(false), budget);
    }

    public static object? Unique(object? value, CallArguments arguments, Budget budget)
    {
        var given = arguments.Bind("unique", "case_sensitive", "attribute");
        var pick = Picker(given[1].Or(null), budget);
        var (seen, kept) = (new List<object?>(), new List<object?>());
        foreach (var item in Operators.Items(value, budget))
        {
            var key = Fold(pick(item), given[0].Flag(false));
            if (seen.Any(other => budget.Equality.AreEqual(other, key))) continue;
            seen.Add(key);
            kept.Add(item);
        }
        return kept;
    }

    /// <summary>The largest (sign +1) or smallest (-1) element.</summary>
    public static object? Extreme(object? value, CallArguments arguments, Budget budget, int sign)
    {
        var given = arguments.Bind("max", "case_sensitive", "attribute");
        var pick = Picker(given[1].Or(null), budget);
        object? Key(object? item) => Fold(pick(item), given[0].Flag(false));
        var items = Operators.Items(value, budget);
        if (items.Count == 0) return new Undefined("the largest or smallest of nothing");
        return items.Aggregate((best, item) => sign * budget.Equality.Compare(Key(item), Key(best)) > 0 ? item : best);
    }

    public static object? Sum(object? value, CallArguments arguments, Budget budget)
    {
        var given = arguments.Bind("sum", "attribute", "start");
        var pick = Picker(given[0].Or(null), budget);
        return Operators.Items(value, budget)
            .Aggregate(given[1].Or(0L), (total, item) => Operators.Apply("+", total, pick(item), budget));
    }

    /// <summary>Cuts a list into lists of so many elements; the last one is filled up if a filler is given.</summary>
    public static object? Batch(object? value, CallArguments arguments, Budget budget)
    {
        var given = arguments.Bind("batch", "linecount", "fill_with");
        var size = given[0].Integer("batch");
        if (size is < 1 or > Budget.MaxItems) throw new JinjaException($"batch can't make lists of {size}");
        var items = Operators.Items(value, budget);
        var batches = items.Chunk((int)size).Select(chunk => chunk.ToList()).ToList();
        budget.Items(items.Count + size);
        if (given[1].Or(null) is { } filler && batches.Count > 0)
            batches[^1].AddRange(Enumerable.Repeat<object?>(filler, (int)size - batches[^1].Count));
        return batches.ToList<object?>();
    }

    private static List<object?> Each(object? value, Budget budget, Func<object?, object?> change)
    {
        var items = Operators.Items(value, budget);
        budget.Items(items.Count);
        return [.. items.Select(change)];
    }

    /// <summary>Reads an attribute such as <c>function.name</c> or <c>0</c>; without one, the value itself.</summary>
    private static Func<object?, object?> Picker(object? attribute, Budget budget)
    {
        if (attribute is null) return item => item;
        if (attribute is long index) return item => Access.Item(item, index, budget);
        var path = attribute.Text("attribute").Split('.');
        return item => path.Aggregate(item, (value, part) =>
            Access.Item(value, long.TryParse(part, out var place) ? place : part, budget));
    }

    /// <summary>Python's sort keeps the order of equals, reversed or not.</summary>
    private static List<object?> Sorted(
        IReadOnlyList<object?> items, Func<object?, object?> key, bool reverse, Budget budget)
    {
        budget.Items(items.Count);
        // Python compares lists of keys here, so that equals need no order.
        var comparer = Comparer<object?>.Create(
            (left, right) => budget.Equality.AreEqual(left, right) ? 0 : budget.Equality.Compare(left, right));
        try
        {
            return reverse ? [.. items.OrderByDescending(key, comparer)] : [.. items.OrderBy(key, comparer)];
        }
        catch (InvalidOperationException e) when (e.InnerException is JinjaException fault)
        {
            throw new JinjaException(fault.Message, fault.Line); // sorting wraps what a comparison throws
        }
    }

    private static object? Fold(object? value, bool caseSensitive) =>
        value is string text && !caseSensitive ? text.ToLowerInvariant() : value;
}
