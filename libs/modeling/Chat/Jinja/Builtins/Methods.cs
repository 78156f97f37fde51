using Sgasa.Modeling.Chat.Jinja.Values;

namespace Sgasa.Modeling.Chat.Jinja.Builtins;

/// <summary>Methods of texts, dicts and lists: those of Python that change nothing.</summary>
internal static class Methods
{
    private const string Changing =
        "append extend insert pop remove clear sort reverse update setdefault popitem add discard";

    /// <summary>A method bound to its value; null where the value has none of that name.</summary>
    public static FunctionValue? Find(object owner, string name, Budget budget)
    {
        Func<CallArguments, object?>? method = owner switch
        {
            string text => OfText(text, name, budget),
            DictValue dict => OfDict(dict, name),
            IReadOnlyList<object?> list => OfList(list, name, budget.Equality),
            _ => null,
        };
        if (method is not null) return new FunctionValue(name, method);
        if (owner is not string && Changing.Split(' ').Contains(name))
            return new FunctionValue(name, _ => throw new JinjaException($"'{name}' would change a value, which is not allowed"));
        return null;
    }

    private static Func<CallArguments, object?>? OfText(string text, string name, Budget budget)
    {
        switch (name)
        {
            case "strip" or "lstrip" or "rstrip":
                return a => budget.Text(PythonText.Trim(
                    text, Characters(a.Bind(name, "chars")[0], name), name != "rstrip", name != "lstrip"));
            case "upper":
                return a => Plain(a, name, text.ToUpperInvariant);
            case "lower":
                return a => Plain(a, name, text.ToLowerInvariant);
            case "title":
                return a => Plain(a, name, () => PythonText.Title(text));
            case "capitalize":
                return a => Plain(a, name, () => PythonText.Capitalize(text));
            case "split" or "rsplit":
                return a =>
                {
                    var given = a.Bind(name, "sep", "maxsplit");
                    var (separator, limit) = (Characters(given[0], name), given[1].Integer(name, -1));
                    return Counted(PythonText.Split(text, separator, limit, name == "rsplit"));
                };
            case "splitlines":
                return a => Counted(PythonText.SplitLines(text, a.Bind(name, "keepends")[0].Flag(false)));
            case "startswith" or "endswith":
                return a => Affixes(a.Bind(name, "affix")[0], name).Any(affix => name == "startswith"
                    ? text.StartsWith(affix, StringComparison.Ordinal)
                    : text.EndsWith(affix, StringComparison.Ordinal));
            case "removeprefix":
                return a =>
                {
                    var prefix = a.Bind(name, "prefix")[0].Text(name);
                    return text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text;
                };
            case "removesuffix":
                return a =>
                {
                    var suffix = a.Bind(name, "suffix")[0].Text(name);
                    return text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text;
                };
            case "replace":
                return a =>
                {
                    var given = a.Bind(name, "old", "new", "count");
                    return Replace(text, given[0].Text(name), given[1].Text(name), given[2].Integer(name, -1), budget);
                };
            case "find" or "index" or "rfind" or "rindex":
                return a => Search(text, a.Bind(name, "sub")[0].Text(name), name);
            case "count":
                return a => a.Bind(name, "sub")[0].Text(name) is { Length: > 0 } sub
                    ? (long)text.AsSpan().Count(sub)
                    : PythonText.Length(text) + 1;
            case "partition" or "rpartition":
                return a => Partition(text, a.Bind(name, "sep")[0].Text(name), name == "rpartition");
            case "ljust" or "rjust" or "center":
                return a =>
                {
                    var given = a.Bind(name, "width", "fillchar");
                    return Pad(text, given[0].Integer(name), given[1].Text(name, " "), name, budget);
                };
            case "zfill":
                return a => ZeroFill(text, a.Bind(name, "width")[0].Integer(name), budget);
            case "format":
                return a => budget.Text(BraceFormat.Apply(text, a));
            case "swapcase":
                return a => Plain(a, name, () => string.Concat(text.Select(
                    c => char.IsUpper(c) ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c))));
            case "casefold":
                return a => Plain(a, name, text.ToLowerInvariant);
            case "join":
                return a => Join(Operators.Items(a.Bind(name, "items")[0], budget), text, budget);
            case "isdigit" or "isdecimal":
                return a => All(a, name, text, char.IsDigit);
            case "isnumeric":
                return a => All(a, name, text, char.IsNumber);
            case "isascii":
                return a =>
                {
                    a.Bind(name);
                    return text.All(char.IsAscii);
                };
            case "isalpha":
                return a => All(a, name, text, char.IsLetter);
            case "isalnum":
                return a => All(a, name, text, char.IsLetterOrDigit);
            case "isspace":
                return a => All(a, name, text, PythonText.IsSpace);
            case "isupper":
                return a => text.Any(char.IsUpper) && !text.Any(char.IsLower);
            case "islower":
                return a => text.Any(char.IsLower) && !text.Any(char.IsUpper);
            default:
                return null;
        }

        List<object?> Counted(List<object?> parts)
        {
            budget.Items(parts.Count);
            return parts;
        }

        string Plain(CallArguments arguments, string method, Func<string> make)
        {
            arguments.Bind(method);
            return budget.Text(make());
        }
    }

    private static Func<CallArguments, object?>? OfDict(DictValue dict, string name) => name switch
    {
        "items" => _ => dict.Select(entry => (object?)new TupleValue([entry.Key, entry.Value])).ToList(),
        "keys" => _ => dict.Keys.Cast<object?>().ToList(),
        "values" => _ => dict.Values.ToList(),
        "get" => a => Get(dict, a.Bind("get", "key", "default")),
        "copy" => _ => Copy(dict),
        _ => null,
    };

    private static Func<CallArguments, object?>? OfList(IReadOnlyList<object?> list, string name, ValueEquality equality) =>
        name switch
        {
            "count" => a => (long)list.Count(item => equality.AreEqual(item, a.Bind("count", "value")[0])),
            "index" => a => IndexOf(list, a.Bind("index", "value")[0], equality),
            _ => null,
        };

    /// <summary>Replaces occurrences from the left, at most so many (-1: all).</summary>
    public static string Replace(string text, string old, string replacement, long limit, Budget budget)
    {
        if (old.Length == 0) throw new JinjaException("replace needs a text that is not empty");
        var count = text.AsSpan().Count(old);
        if (limit >= 0) count = (int)Math.Min(limit, count);
        Budget.CheckText(text.Length + (long)count * (replacement.Length - old.Length));
        if (limit < 0) return budget.Text(text.Replace(old, replacement, StringComparison.Ordinal));
        return budget.Text(string.Join(replacement, PythonText.Split(text, old, count, fromRight: false)));
    }

    /// <summary>Joins values, each as text.</summary>
    public static string Join(IReadOnlyList<object?> items, string separator, Budget budget)
    {
        var length = 0L;
        var texts = new List<string>(items.Count);
        foreach (var item in items)
        {
            texts.Add(Operators.Text(budget.Read(item)));
            Budget.CheckText(length += texts[^1].Length + separator.Length);
        }
        return budget.Text(string.Join(separator, texts));
    }

    /// <summary>A text filled up to a width, counted in characters.</summary>
    public static string Pad(string text, long width, string filler, string method, Budget budget)
    {
        if (PythonText.Length(filler) != 1) throw new JinjaException($"{method} fills with one character");
        var missing = width - PythonText.Length(text);
        if (missing <= 0) return text;
        Budget.CheckText(missing * filler.Length + text.Length);
        // Of an odd number Python puts the greater half before a text of odd width.
        var before = method switch { "ljust" => 0, "rjust" => missing, _ => missing / 2 + (missing & width & 1) };
        string Fill(long count) => string.Concat(Enumerable.Repeat(filler, (int)count));
        return budget.Text(Fill(before) + text + Fill(missing - before));
    }

    private static string ZeroFill(string text, long width, Budget budget)
    {
        var sign = text is ['+' or '-', ..] ? text[..1] : "";
        return sign + Pad(text[sign.Length..], width - sign.Length, "0", "rjust", budget);
    }

    private static TupleValue Partition(string text, string separator, bool last)
    {
        if (separator.Length == 0) throw new JinjaException("partition needs a text that is not empty");
        var at = last
            ? text.LastIndexOf(separator, StringComparison.Ordinal)
            : text.IndexOf(separator, StringComparison.Ordinal);
        if (at < 0) return last ? new TupleValue(["", "", text]) : new TupleValue([text, "", ""]);
        return new TupleValue([text[..at], separator, text[(at + separator.Length)..]]);
    }

    /// <summary>A dict of the same entries.</summary>
    public static DictValue Copy(DictValue dict)
    {
        var copy = new DictValue();
        foreach (var (key, value) in dict) copy.Put(key, value);
        return copy;
    }

    private static object? Get(DictValue dict, object?[] given) =>
        dict.TryGet(given[0], out var value) ? value : given[1].Or(null);

    private static long IndexOf(IReadOnlyList<object?> list, object? wanted, ValueEquality equality)
    {
        for (var i = 0; i < list.Count; i++)
            if (equality.AreEqual(list[i], wanted)) return i;
        throw new JinjaException("index: the list does not hold the value");
    }

    private static string? Characters(object? value, string method) => value.Or(null) is { } given ? given.Text(method) : null;

    private static IEnumerable<string> Affixes(object? value, string method) =>
        value is TupleValue several ? several.Select(affix => affix.Text(method)) : [value.Text(method)];

    private static bool All(CallArguments arguments, string method, string text, Func<char, bool> condition)
    {
        arguments.Bind(method);
        return text.Length > 0 && text.All(condition);
    }

    private static long Search(string text, string sub, string method)
    {
        var at = method.StartsWith('r')
            ? text.LastIndexOf(sub, StringComparison.Ordinal)
            : text.IndexOf(sub, StringComparison.Ordinal);
        if (at < 0 && method.EndsWith("index", StringComparison.Ordinal))
            throw new JinjaException($"{method}: there is no such part");
        return at < 0 ? -1L : PythonText.Length(text[..at]);
    }
}
