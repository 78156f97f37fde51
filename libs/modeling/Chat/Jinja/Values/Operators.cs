using System.Globalization;
using System.Text;

namespace Sgasa.Modeling.Chat.Jinja.Values;

/// <summary>Operators, conditions and conversion to text, as Python has them.</summary>
internal static class Operators
{
    private const int MaxPrintDepth = 50;

    /// <summary>Whether a value counts as true.</summary>
    public static bool IsTrue(object? value) => value switch
    {
        null or Undefined => false,
        bool flag => flag,
        long number => number != 0,
        double number => number != 0,
        string text => text.Length > 0,
        DictValue dict => dict.Count > 0,
        IReadOnlyList<object?> list => list.Count > 0,
        _ => true,
    };

    /// <summary>A value's kind, for errors.</summary>
    public static string TypeName(object? value) => value switch
    {
        null => "none",
        bool => "a boolean",
        long => "a whole number",
        double => "a float",
        string => "a text",
        DictValue => "a dict",
        TupleValue => "a tuple",
        IReadOnlyList<object?> => "a list",
        Undefined => "an undefined value",
        NamespaceValue => "a namespace",
        FunctionValue => "a function",
        _ => "a loop",
    };

    /// <summary>A value as output shows it.</summary>
    public static string Text(object? value) => value is string text ? text : Print(new StringBuilder(), value, 0).ToString();

    /// <summary>
    /// What can be walked through: a list, a text's characters, a dict's keys, nothing of what is undefined.
    /// </summary>
    public static IReadOnlyList<object?> Items(object? value, Budget budget) => value switch
    {
        DictValue dict => [.. dict.Keys],
        IReadOnlyList<object?> list => list,
        string text => Characters(text, budget),
        Undefined => [],
        _ => throw new JinjaException($"{TypeName(value)} can't be iterated"),
    };

    /// <summary><c>a in b</c></summary>
    public static bool Contains(object? container, object? item, ValueEquality equality) => container switch
    {
        string text => text.Contains(item.Text("in"), StringComparison.Ordinal),
        DictValue dict => dict.TryGet(item, out _),
        IReadOnlyList<object?> list => list.Any(element => equality.AreEqual(element, item)),
        Undefined => false,
        _ => throw new JinjaException($"{TypeName(container)} can't contain anything"),
    };

    /// <summary>A binary operator other than <c>and</c>, <c>or</c> and <c>~</c>.</summary>
    public static object? Apply(string operation, object? left, object? right, Budget budget)
    {
        if (left is Undefined missing) throw missing.Error();
        if (right is Undefined absent) throw absent.Error();
        switch (operation, left, right)
        {
            case ("+", string first, string second):
                Budget.CheckText((long)first.Length + second.Length);
                return budget.Text(first + second);
            case ("+", IReadOnlyList<object?> first, IReadOnlyList<object?> second)
                when first is TupleValue == second is TupleValue:
                budget.Items((long)first.Count + second.Count);
                List<object?> joined = [.. first, .. second];
                return first is TupleValue ? new TupleValue(joined) : joined;
            case ("*", string text, long or bool):
                return Repeat(text, right.Integer("*"), budget);
            case ("*", long or bool, string text):
                return Repeat(text, left.Integer("*"), budget);
            case ("*", List<object?> list, long count):
                budget.Items(list.Count * Math.Clamp(count, 0, Budget.MaxItems + 1L));
                // Nothing stays nothing, however often: then the count has no bound.
                return list.Count == 0 ? [] : Enumerable.Range(0, (int)Math.Max(count, 0)).SelectMany(_ => list).ToList();
            case ("%", string format, _):
                return budget.Text(PercentFormat.Apply(format, right));
        }
        if (ValueEquality.Number(left) is not { } a || ValueEquality.Number(right) is not { } b)
            throw new JinjaException($"'{operation}' does not work between {TypeName(left)} and {TypeName(right)}");
        return left is double || right is double || operation == "/"
            ? Float(operation, a, b)
            : Integer(operation, left.Integer(operation), right.Integer(operation));
    }

    private static IReadOnlyList<object?> Characters(string text, Budget budget)
    {
        budget.Items(text.Length);
        return PythonText.CodePoints(text);
    }

    private static string Repeat(string text, long count, Budget budget)
    {
        count = Math.Max(count, 0);
        Budget.CheckText(text.Length == 0 ? 0 : count > Budget.MaxText ? count : text.Length * count);
        return budget.Text(text.Length == 0 ? "" : new StringBuilder().Insert(0, text, (int)count).ToString());
    }

    private static object Integer(string operation, long a, long b)
    {
        if (b == 0 && operation is "//" or "%") throw new JinjaException("division by zero");
        try
        {
            return operation switch
            {
                "+" => (object)checked(a + b),
                "-" => checked(a - b),
                "*" => checked(a * b),
                // Python rounds down, and the remainder takes the divisor's sign.
                "//" => checked(a / b) - (a % b != 0 && a < 0 != b < 0 ? 1 : 0),
                "%" => b == -1 ? 0 : a % b + (a % b != 0 && a < 0 != b < 0 ? b : 0),
                _ => b < 0 ? (object)Math.Pow(a, b) : Power(a, b),
            };
        }
        catch (OverflowException)
        {
            throw new JinjaException($"'{operation}' gives a number that is too large");
        }
    }

    private static long Power(long a, long b)
    {
        if (b > 64 && a is not (0 or 1 or -1)) throw new OverflowException();
        if (b > 64) b = 64 + b % 2; // of 0, 1 and -1 only the parity counts
        var result = 1L;
        for (var i = 0; i < b; i++) result = checked(result * a);
        return result;
    }

    private static double Float(string operation, double a, double b)
    {
        if (b == 0 && operation is "/" or "//" or "%") throw new JinjaException("division by zero");
        return operation switch
        {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            "/" => a / b,
            "//" => Math.Floor(a / b),
            "%" => a - b * Math.Floor(a / b),
            _ => Math.Pow(a, b),
        };
    }

    private static StringBuilder Print(StringBuilder output, object? value, int depth)
    {
        if (depth > MaxPrintDepth) throw new JinjaException("a value nests too deeply to be printed");
        Budget.CheckText(output.Length);
        switch (value)
        {
            case null:
                return output.Append("None");
            case bool flag:
                return output.Append(flag ? "True" : "False");
            case long number:
                return output.Append(number.ToString(CultureInfo.InvariantCulture));
            case double number:
                return output.Append(PythonText.Float(number));
            case string text:
                return output.Append(PythonText.Repr(text));
            case Undefined:
                return output.Append(depth == 0 ? "" : "Undefined");
            case DictValue dict:
                PrintAll(output, '{', dict, '}', entry =>
                {
                    Print(output, entry.Key, depth + 1).Append(": ");
                    Print(output, entry.Value, depth + 1);
                });
                return output;
            case TupleValue tuple:
                PrintAll(output, '(', tuple, ')', item => Print(output, item, depth + 1));
                if (tuple.Count == 1) output.Insert(output.Length - 1, ',');
                return output;
            case IReadOnlyList<object?> list:
                PrintAll(output, '[', list, ']', item => Print(output, item, depth + 1));
                return output;
            default:
                throw new JinjaException($"{TypeName(value)} has no text");
        }
    }

    private static void PrintAll<T>(StringBuilder output, char open, IReadOnlyCollection<T> items, char close, Action<T> print)
    {
        output.Append(open);
        var first = true;
        foreach (var item in items)
        {
            if (!first) output.Append(", ");
            first = false;
            print(item);
        }
        output.Append(close);
    }
}
