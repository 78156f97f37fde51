namespace Sgasa.Modeling.Chat.Jinja.Values;

/// <summary>The values given to a function, filter, test or macro.</summary>
internal sealed class CallArguments(
    IReadOnlyList<object?> positional, IReadOnlyList<(string Name, object? Value)> named)
{
    /// <summary>Number of arguments without a name.</summary>
    public int Count => positional.Count;

    /// <summary>The arguments with a name.</summary>
    public IReadOnlyList<(string Name, object? Value)> Named => named;

    /// <summary>An argument without a name.</summary>
    public object? At(int index) => positional[index];

    /// <summary>The same with one more named argument.</summary>
    public CallArguments With(string name, object? value) => new(positional, [.. named, (name, value)]);

    /// <summary>The same without an argument of that name, and its value.</summary>
    public CallArguments Without(string name, out object? value)
    {
        var place = named.ToList().FindIndex(argument => argument.Name == name);
        value = place < 0 ? new Undefined($"'{name}'") : named[place].Value;
        return place < 0 ? this : new(positional, [.. named.Where((_, i) => i != place)]);
    }

    /// <summary>The same without the first ones.</summary>
    public CallArguments Skip(int count) => new([.. positional.Skip(count)], named);

    /// <summary>
    /// The value of each parameter, by place or by name; <see cref="Missing"/> where it was not given. Arguments that fit no
    /// parameter are an error.
    /// </summary>
    public object?[] Bind(string function, params ReadOnlySpan<string> parameters)
    {
        if (positional.Count > parameters.Length)
            throw new JinjaException($"{function} takes {parameters.Length} arguments, not {positional.Count}");
        var values = new object?[parameters.Length];
        for (var i = 0; i < values.Length; i++) values[i] = i < positional.Count ? positional[i] : Missing.Value;
        foreach (var (name, value) in named)
        {
            var place = parameters.IndexOf(name);
            if (place < 0) throw new JinjaException($"{function} has no argument '{name}'");
            if (values[place] is not Missing) throw new JinjaException($"{function} got '{name}' twice");
            values[place] = value;
        }
        return values;
    }

    /// <summary>Stands for an argument that was not given.</summary>
    public sealed class Missing
    {
        public static readonly Missing Value = new();

        private Missing()
        {
        }
    }
}

/// <summary>Reads bound arguments as what is wanted of them.</summary>
internal static class BoundArgument
{
    public static object? Or(this object? value, object? fallback) => value is CallArguments.Missing ? fallback : value;

    public static string Text(this object? value, string function, string? fallback = null) => value switch
    {
        string text => text,
        CallArguments.Missing when fallback is not null => fallback,
        Undefined undefined => throw undefined.Error(),
        _ => throw new JinjaException($"{function} wants a text, not {Operators.TypeName(value)}"),
    };

    public static long Integer(this object? value, string function, long? fallback = null) => value switch
    {
        long number => number,
        bool flag => flag ? 1 : 0,
        CallArguments.Missing when fallback is { } number => number,
        Undefined undefined => throw undefined.Error(),
        _ => throw new JinjaException($"{function} wants a whole number, not {Operators.TypeName(value)}"),
    };

    public static bool Flag(this object? value, bool fallback) =>
        value is CallArguments.Missing ? fallback : Operators.IsTrue(value);
}
