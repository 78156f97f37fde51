namespace Sgasa.Coordinator.Intake;

/// <summary>The fields of one logged prompt before they are checked; null where the log does not give one.</summary>
internal sealed record LogRecord(int Line)
{
    /// <summary>The names of the fields, the required ones first.</summary>
    public static IReadOnlyList<string> Names { get; } = ["prompt", "label", "family", "source", "id"];

    private readonly string?[] _values = new string?[Names.Count];

    public string? Prompt => _values[0];

    public string? Label => _values[1];

    public string? Family => _values[2];

    public string? Source => _values[3];

    public string? Id => _values[4];

    /// <summary>The place of a field's name, upper or lower case; -1 for a field that is not ours.</summary>
    public static int IndexOf(string name)
    {
        for (var i = 0; i < Names.Count; i++)
            if (Names[i].Equals(name.Trim(), StringComparison.OrdinalIgnoreCase))
                return i;
        return -1;
    }

    /// <summary>Sets the field at a place.</summary>
    public void Set(int index, string? value) => _values[index] = value;
}
