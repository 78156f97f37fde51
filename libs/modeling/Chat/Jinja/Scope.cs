using Sgasa.Modeling.Chat.Jinja.Values;

namespace Sgasa.Modeling.Chat.Jinja;

/// <summary>Variables: of the template, or of one iteration, macro call or <c>with</c> within it.</summary>
internal sealed class Scope(Scope? outer)
{
    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);

    /// <summary>The value of a name, here or further out.</summary>
    public object? Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
            if (scope._values.TryGetValue(name, out var value)) return value;
        return new Undefined($"'{name}'");
    }

    /// <summary>Sets a name here; one of the same name further out stays as it is.</summary>
    public void Set(string name, object? value) => _values[name] = value;

    private Scope? Outer => outer;
}
