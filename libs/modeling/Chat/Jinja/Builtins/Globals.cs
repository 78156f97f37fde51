using System.Globalization;
using System.Text;
using Sgasa.Modeling.Chat.Jinja.Values;

namespace Sgasa.Modeling.Chat.Jinja.Builtins;

/// <summary>The functions that templates of language models call.</summary>
internal static class Globals
{
    /// <summary>All of them, by name.</summary>
    public static IEnumerable<KeyValuePair<string, object?>> Make(Budget budget, TimeProvider clock)
    {
        (string Name, Func<CallArguments, object?> Invoke)[] functions =
        [
            ("range", arguments => Range(arguments, budget)),
            ("namespace", Namespace),
            ("dict", Dict),
            ("raise_exception", arguments => throw Raised(arguments.Bind("raise_exception", "message")[0])),
            ("strftime_now", arguments => StrfTime(
                clock.GetLocalNow(), arguments.Bind("strftime_now", "format")[0].Text("strftime_now"))),
        ];
        return functions.Select(f => KeyValuePair.Create(f.Name, (object?)new FunctionValue(f.Name, f.Invoke)));
    }

    private static JinjaException Raised(object? message) => new(Operators.Text(message)) { RaisedByTemplate = true };

    private static List<object?> Range(CallArguments arguments, Budget budget)
    {
        if (arguments.Count is 0 or > 3) throw new JinjaException("range takes one to three numbers");
        var numbers = Enumerable.Range(0, arguments.Count).Select(i => arguments.At(i).Integer("range")).ToArray();
        var (start, stop) = numbers.Length == 1 ? (0, numbers[0]) : (numbers[0], numbers[1]);
        var step = numbers.Length == 3 ? numbers[2] : 1;
        if (step == 0) throw new JinjaException("range needs a step other than 0");
        var span = step > 0 ? (Int128)stop - start : (Int128)start - stop;
        var count = span <= 0 ? 0 : (span - 1) / Int128.Abs(step) + 1;
        budget.Items((long)Int128.Min(count, Budget.MaxItems + 1));
        var items = new List<object?>((int)count);
        for (var i = 0L; i < (long)count; i++) items.Add(start + i * step);
        return items;
    }

    private static NamespaceValue Namespace(CallArguments arguments)
    {
        var ns = new NamespaceValue();
        if (arguments.Count > 0)
            foreach (var (key, value) in arguments.At(0) as DictValue ?? throw new JinjaException("namespace wants a dict"))
                ns.Fields[Operators.Text(key)] = value;
        foreach (var (name, value) in arguments.Named) ns.Fields[name] = value;
        return ns;
    }

    private static DictValue Dict(CallArguments arguments)
    {
        var dict = arguments.Count == 0 ? new DictValue()
            : arguments.At(0) is DictValue given ? Methods.Copy(given)
            : throw new JinjaException("dict wants a dict, or named values");
        foreach (var (name, value) in arguments.Named) dict.Put(name, value);
        return dict;
    }

    private static string StrfTime(DateTimeOffset now, string format)
    {
        var text = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                text.Append(format[i]);
                continue;
            }
            var code = i + 1 < format.Length ? format[++i] : '%';
            // A hyphen leaves out the leading zero.
            var plain = code == '-' && i + 1 < format.Length && "dmyHIMSj".Contains(format[i + 1]);
            if (plain) code = format[++i];
            var field = Field(now, code);
            text.Append(plain ? long.Parse(field, CultureInfo.InvariantCulture) : field);
        }
        return text.ToString();
    }

    private static string Field(DateTimeOffset now, char code) => code switch
    {
        '%' => "%",
        'd' => now.ToString("dd", CultureInfo.InvariantCulture),
        'b' or 'h' => now.ToString("MMM", CultureInfo.InvariantCulture),
        'B' => now.ToString("MMMM", CultureInfo.InvariantCulture),
        'm' => now.ToString("MM", CultureInfo.InvariantCulture),
        'y' => now.ToString("yy", CultureInfo.InvariantCulture),
        'Y' => now.ToString("yyyy", CultureInfo.InvariantCulture),
        'a' => now.ToString("ddd", CultureInfo.InvariantCulture),
        'A' => now.ToString("dddd", CultureInfo.InvariantCulture),
        'H' => now.ToString("HH", CultureInfo.InvariantCulture),
        'I' => now.ToString("hh", CultureInfo.InvariantCulture),
        'M' => now.ToString("mm", CultureInfo.InvariantCulture),
        'S' => now.ToString("ss", CultureInfo.InvariantCulture),
        'p' => now.ToString("tt", CultureInfo.InvariantCulture),
        'e' => now.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
        'f' => now.ToString("ffffff", CultureInfo.InvariantCulture),
        'u' => (((int)now.DayOfWeek + 6) % 7 + 1).ToString(CultureInfo.InvariantCulture),
        'w' => ((int)now.DayOfWeek).ToString(CultureInfo.InvariantCulture),
        'z' or 'Z' => "", // the time is local, and says no zone
        'R' => now.ToString("HH:mm", CultureInfo.InvariantCulture),
        'D' => now.ToString("MM/dd/yy", CultureInfo.InvariantCulture),
        'j' => now.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
        'F' => now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        'T' => now.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
        _ => throw new JinjaException($"the time format '%{code}' is not supported"),
    };
}
