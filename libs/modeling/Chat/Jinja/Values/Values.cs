using System.Collections.ObjectModel;

namespace Sgasa.Modeling.Chat.Jinja.Values;

// A template's values are: null (none), bool, long, double, string, List<object?>, and the types below.

/// <summary>What a name, attribute or item that does not exist gives: empty as text, false as a condition.</summary>
internal sealed class Undefined(string what)
{
    /// <summary>The error of using it for anything else.</summary>
    public JinjaException Error() => new($"{what} is undefined");
}

/// <summary>A list that prints with round brackets.</summary>
internal sealed class TupleValue(IList<object?> items) : ReadOnlyCollection<object?>(items);

/// <summary>A mapping that keeps its order; keys are equal as Python has it.</summary>
internal sealed class DictValue() : OrderedDictionary<object, object?>(ValueEquality.OfKeys)
{
    /// <summary>The value under a key; false where there is none.</summary>
    public bool TryGet(object? key, out object? value)
    {
        value = null;
        return key is not null && TryGetValue(key, out value);
    }

    /// <summary>Sets a key, which can't be none or a list.</summary>
    public void Put(object? key, object? value)
    {
        if (key is not (string or bool or long or double)) throw new JinjaException("only texts and numbers can be keys");
        this[key] = value;
    }
}

/// <summary>The one kind of value that <c>set</c> may change.</summary>
internal sealed class NamespaceValue
{
    /// <summary>Its attributes.</summary>
    public Dictionary<string, object?> Fields { get; } = new(StringComparer.Ordinal);
}

/// <summary>A macro, a global function, or a method bound to its value.</summary>
internal sealed record FunctionValue(string Name, Func<CallArguments, object?> Invoke);

/// <summary>The variable <c>loop</c>.</summary>
internal sealed class LoopValue(IReadOnlyList<object?> items, ValueEquality equality)
{
    private List<object?>? _lastChanged;

    /// <summary>The iteration, from 0.</summary>
    public int Index { get; set; }

    /// <summary>An attribute such as <c>loop.first</c>.</summary>
    public object? Attribute(string name) => name switch
    {
        "index" => Index + 1L,
        "index0" => (long)Index,
        "revindex" => (long)(items.Count - Index),
        "revindex0" => items.Count - Index - 1L,
        "first" => Index == 0,
        "last" => Index == items.Count - 1,
        "length" => (long)items.Count,
        "depth" => 1L, // counts recursive calls of one loop, which are not supported
        "depth0" => 0L,
        "previtem" => Index > 0 ? items[Index - 1] : new Undefined("loop.previtem in the first iteration"),
        "nextitem" => Index + 1 < items.Count ? items[Index + 1] : new Undefined("loop.nextitem in the last iteration"),
        "cycle" => new FunctionValue("cycle", arguments => arguments.Count > 0
            ? arguments.At(Index % arguments.Count)
            : throw new JinjaException("loop.cycle needs values")),
        "changed" => new FunctionValue("changed", arguments => Changed(arguments)),
        _ => new Undefined($"loop.{name}"),
    };

    private bool Changed(CallArguments arguments)
    {
        var now = Enumerable.Range(0, arguments.Count).Select(arguments.At).ToList();
        if (_lastChanged is not null && equality.AreEqual(_lastChanged, now)) return false;
        _lastChanged = now;
        return true;
    }
}
