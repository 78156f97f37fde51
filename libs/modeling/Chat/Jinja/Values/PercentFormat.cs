using System.Globalization;
using System.Text;

namespace Sgasa.Modeling.Chat.Jinja.Values;

/// <summary>
/// Python's <c>"…%s…" % values</c>, with <c>%s</c>, <c>%r</c>, <c>%d</c>, <c>%i</c>, <c>%f</c>, <c>%.Nf</c> and
/// <c>%%</c>.
/// </summary>
internal static class PercentFormat
{
    public static string Apply(string format, object? value)
    {
        var values = value as TupleValue ?? new TupleValue([value]);
        var output = new StringBuilder(format.Length);
        var used = 0;
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                output.Append(format[i]);
                continue;
            }
            var precision = Precision(format, ref i);
            var kind = i + 1 < format.Length ? format[++i] : throw new JinjaException("the format ends in '%'");
            if (kind == '%' && precision is null)
            {
                output.Append('%');
                continue;
            }
            if (used == values.Count) throw new JinjaException("the format has more places than values");
            output.Append(One(kind, precision, values[used++]));
            Budget.CheckText(output.Length);
        }
        if (used < values.Count && value is not DictValue) throw new JinjaException("the format has fewer places than values");
        return output.ToString();
    }

    private static int? Precision(string format, ref int at)
    {
        if (at + 2 >= format.Length || format[at + 1] != '.' || !char.IsAsciiDigit(format[at + 2])) return null;
        at += 2;
        return format[at] - '0';
    }

    private static string One(char kind, int? precision, object? value) => (kind, precision) switch
    {
        ('s', null) => Operators.Text(value),
        ('r', null) => value is string text ? PythonText.Repr(text) : Operators.Text(value),
        ('d' or 'i', null) when value is double real && double.IsFinite(real) && Math.Abs(real) < 1e18 =>
            ((long)real).ToString(CultureInfo.InvariantCulture),
        ('d' or 'i', null) => value.Integer("%d").ToString(CultureInfo.InvariantCulture),
        ('f', _) when ValueEquality.Number(value) is { } number =>
            number.ToString("F" + (precision ?? 6), CultureInfo.InvariantCulture),
        _ => throw new JinjaException($"the format '%{kind}' of {Operators.TypeName(value)} is not supported"),
    };
}
