using System.Globalization;
using System.Text;
using Sgasa.Modeling.Chat.Jinja.Values;

namespace Sgasa.Modeling.Chat.Jinja.Builtins;

/// <summary>The filter <c>tojson</c>: JSON as Python's <c>json.dumps</c> writes it, non-ASCII kept.</summary>
internal sealed class JsonText
{
    private const int MaxDepth = 100;
    private readonly StringBuilder _output = new();
    private readonly string? _indent;
    private readonly string _itemSeparator;
    private readonly string _keySeparator;
    private readonly bool _sortKeys;
    private readonly bool _ascii;

    private JsonText(object?[] options)
    {
        _ascii = options[0].Flag(false);
        _indent = options[1].Or(null) switch
        {
            null => null,
            string text => text,
            var count => new string(' ', (int)Math.Clamp(count.Integer("tojson"), 0, 100)),
        };
        (_itemSeparator, _keySeparator) = options[2].Or(null) switch
        {
            null => (_indent is null ? ", " : ",", ": "),
            IReadOnlyList<object?> { Count: 2 } pair => (pair[0].Text("separators"), pair[1].Text("separators")),
            _ => throw new JinjaException("tojson wants two separators"),
        };
        _sortKeys = options[3].Flag(false);
    }

    /// <summary>Writes a value.</summary>
    /// <param name="value">What to write.</param>
    /// <param name="arguments"><c>ensure_ascii</c>, <c>indent</c>, <c>separators</c>, <c>sort_keys</c>.</param>
    public static string Write(object? value, CallArguments arguments)
    {
        var json = new JsonText(arguments.Bind("tojson", "ensure_ascii", "indent", "separators", "sort_keys"));
        json.Append(value, 0);
        return json._output.ToString();
    }

    private void Append(object? value, int depth)
    {
        if (depth > MaxDepth) throw new JinjaException("a value nests too deeply for JSON");
        Budget.CheckText(_output.Length);
        switch (value)
        {
            case null:
                _output.Append("null");
                break;
            case bool flag:
                _output.Append(flag ? "true" : "false");
                break;
            case string text:
                AppendText(text);
                break;
            case long number:
                _output.Append(number.ToString(CultureInfo.InvariantCulture));
                break;
            case double number:
                _output.Append(double.IsNaN(number) ? "NaN"
                    : double.IsInfinity(number) ? (number > 0 ? "Infinity" : "-Infinity") : PythonText.Float(number));
                break;
            case DictValue dict:
                var entries = dict.Select(entry => (Key: KeyText(entry.Key), entry.Value));
                if (_sortKeys) entries = entries.OrderBy(entry => entry.Key, StringComparer.Ordinal);
                AppendAll('{', [.. entries], '}', depth, entry =>
                {
                    AppendText(entry.Key);
                    _output.Append(_keySeparator);
                    Append(entry.Value, depth + 1);
                });
                break;
            case IReadOnlyList<object?> list:
                AppendAll('[', list, ']', depth, item => Append(item, depth + 1));
                break;
            case Undefined undefined:
                throw undefined.Error();
            default:
                throw new JinjaException($"{Operators.TypeName(value)} can't be written as JSON");
        }
    }

    private static string KeyText(object key) => key switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        _ => Operators.Text(key),
    };

    private void AppendAll<T>(char open, IReadOnlyList<T> items, char close, int depth, Action<T> append)
    {
        _output.Append(open);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) _output.Append(_itemSeparator);
            BreakLine(depth + 1);
            append(items[i]);
        }
        if (items.Count > 0) BreakLine(depth);
        _output.Append(close);
    }

    private void BreakLine(int depth)
    {
        if (_indent is null) return;
        _output.Append('\n');
        for (var i = 0; i < depth; i++) _output.Append(_indent);
    }

    private void AppendText(string text)
    {
        _output.Append('"');
        foreach (var c in text)
            _ = c switch
            {
                '"' => _output.Append("\\\""),
                '\\' => _output.Append("\\\\"),
                '\n' => _output.Append("\\n"),
                '\r' => _output.Append("\\r"),
                '\t' => _output.Append("\\t"),
                '\b' => _output.Append("\\b"),
                '\f' => _output.Append("\\f"),
                _ when c < ' ' || (_ascii && c > '~') =>
                    _output.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => _output.Append(c),
            };
        _output.Append('"');
    }
}
