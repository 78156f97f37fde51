namespace Sgasa.Modeling.Chat.Jinja.Values;

/// <summary>Equality and order of values as Python defines them.</summary>
/// <param name="budget">What comparisons are counted against; null for the keys of a dict, which are short.</param>
internal sealed class ValueEquality(Budget? budget) : IEqualityComparer<object>
{
    private const int MaxDepth = 100;

    /// <summary>For the keys of dicts.</summary>
    public static readonly ValueEquality OfKeys = new(null);

    /// <summary>Whether two values are equal.</summary>
    public bool AreEqual(object? left, object? right) => AreEqual(left, right, 0);

    /// <summary>Negative, zero or positive; only numbers, texts and lists of them have an order.</summary>
    public int Compare(object? left, object? right)
    {
        budget?.Read(left);
        if (Number(left) is { } a && Number(right) is { } b)
            return left is double || right is double ? a.CompareTo(b) : Integer(left).CompareTo(Integer(right));
        switch (left, right)
        {
            case (string first, string second):
                return string.CompareOrdinal(first, second);
            case (IReadOnlyList<object?> first, IReadOnlyList<object?> second):
                for (var i = 0; i < Math.Min(first.Count, second.Count); i++)
                    if (!AreEqual(first[i], second[i])) return Compare(first[i], second[i]);
                return first.Count.CompareTo(second.Count);
            case (Undefined missing, _):
                throw missing.Error();
            case (_, Undefined missing):
                throw missing.Error();
            default:
                throw new JinjaException($"{Operators.TypeName(left)} and {Operators.TypeName(right)} have no order");
        }
    }

    bool IEqualityComparer<object>.Equals(object? x, object? y) => AreEqual(x, y);

    int IEqualityComparer<object>.GetHashCode(object obj) => obj switch
    {
        string text => text.GetHashCode(StringComparison.Ordinal),
        _ when Number(obj) is { } number => number.GetHashCode(),
        _ => 0,
    };

    /// <summary>A number's value, true being 1 and false 0; null for anything else.</summary>
    public static double? Number(object? value) => value switch
    {
        bool flag => flag ? 1 : 0,
        long whole => whole,
        double real => real,
        _ => null,
    };

    private static long Integer(object? value) => value is bool flag ? (flag ? 1 : 0) : (long)value!;

    private bool AreEqual(object? left, object? right, int depth)
    {
        if (depth > MaxDepth) throw new JinjaException("values nest too deeply to be compared");
        budget?.Read(left);
        if (left is long or bool && right is long or bool) return Integer(left) == Integer(right);
        if (Number(left) is { } a && Number(right) is { } b) return a == b;
        return (left, right) switch
        {
            (null, null) => true,
            (string first, string second) => string.Equals(first, second, StringComparison.Ordinal),
            (Undefined, Undefined) => true,
            (DictValue first, DictValue second) => first.Count == second.Count && first.All(
                entry => second.TryGet(entry.Key, out var other) && AreEqual(entry.Value, other, depth + 1)),
            (IReadOnlyList<object?> first, IReadOnlyList<object?> second) =>
                first is TupleValue == second is TupleValue && first.Count == second.Count
                && first.Zip(second).All(pair => AreEqual(pair.First, pair.Second, depth + 1)),
            _ => ReferenceEquals(left, right),
        };
    }
}
