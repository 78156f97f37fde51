namespace Sgasa.AttackLogs.Formats;

/// <summary>The fields of one logged prompt before they are checked; null where the log does not give one.</summary>
/// <param name="Line">The line it starts on, from 1.</param>
public sealed record LogRecord(int Line)
{
    /// <summary>The names of the fields, the required ones first.</summary>
    public static IReadOnlyList<string> Names { get; } = ["prompt", "label", "family", "source", "id"];

    private readonly string?[] _values = new string?[Names.Count];

    /// <summary>The prompt's text.</summary>
    public string? Prompt { get => _values[0]; init => _values[0] = value; }

    /// <summary>Its label, as written.</summary>
    public string? Label { get => _values[1]; init => _values[1] = value; }

    /// <summary>Its attack family.</summary>
    public string? Family { get => _values[2]; init => _values[2] = value; }

    /// <summary>Where it was seen.</summary>
    public string? Source { get => _values[3]; init => _values[3] = value; }

    /// <summary>Its id.</summary>
    public string? Id { get => _values[4]; init => _values[4] = value; }

    /// <summary>The place of a field's name, upper or lower case; -1 for a field that is not ours.</summary>
    public static int IndexOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        for (var i = 0; i < Names.Count; i++)
            if (Names[i].Equals(name.Trim(), StringComparison.OrdinalIgnoreCase))
                return i;
        return -1;
    }

    /// <summary>Sets the field at a place.</summary>
    public void Set(int index, string? value) => _values[index] = value;
}
