using System.Text.Json;

namespace Sgasa.Parity.Tests.Support;

/// <summary>A value of <c>expected.json</c> that remembers which parts of it were looked at.</summary>
internal sealed class GoldenNode
{
    private readonly JsonElement _element;
    private readonly string _path;
    private readonly HashSet<string> _read;

    /// <summary>Makes the root of a document.</summary>
    public GoldenNode(JsonElement root) : this(root, "$", [])
    {
    }

    private GoldenNode(JsonElement element, string path, HashSet<string> read) =>
        (_element, _path, _read) = (element, path, read);

    /// <summary>A field that must be there.</summary>
    public GoldenNode this[string field] => Find(field) ?? throw new KeyNotFoundException($"{_path} has no field '{field}'.");

    /// <summary>A field, or null where it is absent.</summary>
    public GoldenNode? Find(string field) =>
        _element.TryGetProperty(field, out var value) ? new GoldenNode(value, $"{_path}.{field}", _read) : null;

    /// <summary>The one field whose name begins and ends so; a number of examples stands between.</summary>
    public GoldenNode Counted(string start, string end)
    {
        var name = _element.EnumerateObject().Select(field => field.Name).Single(name =>
            name.Length > start.Length + end.Length && name.StartsWith(start, StringComparison.Ordinal)
            && name.EndsWith(end, StringComparison.Ordinal) && name[start.Length..^end.Length].All(char.IsAsciiDigit));
        return this[name];
    }

    /// <summary>The elements of a list.</summary>
    public IReadOnlyList<GoldenNode> Items()
    {
        if (_element.GetArrayLength() == 0) _read.Add(_path);
        return [.. _element.EnumerateArray().Select((item, i) => new GoldenNode(item, $"{_path}[{i}]", _read))];
    }

    /// <summary>Whether it is JSON null; asking counts as looking only then.</summary>
    public bool IsNull()
    {
        if (_element.ValueKind == JsonValueKind.Null) _read.Add(_path);
        return _element.ValueKind == JsonValueKind.Null;
    }

    public string Text() => Read().GetString()!;

    public bool Bool() => Read().GetBoolean();

    public int Int() => Read().GetInt32();

    public double Double() => Read().GetDouble();

    public int[] Ints() => [.. Read().EnumerateArray().Select(item => item.GetInt32())];

    public float[] Floats() => [.. Read().EnumerateArray().Select(item => (float)item.GetDouble())];

    public int[][] Rows() => [.. Items().Select(row => row.Ints())];

    /// <summary>All of it as it stands.</summary>
    public JsonElement Read()
    {
        _read.Add(_path);
        return _element;
    }

    /// <summary>Paths of the values that nobody looked at.</summary>
    public IEnumerable<string> Unread()
    {
        if (_read.Contains(_path)) return [];
        return _element.ValueKind switch
        {
            JsonValueKind.Object when _element.EnumerateObject().Any() =>
                _element.EnumerateObject().SelectMany(field => this[field.Name].Unread()),
            JsonValueKind.Array when _element.GetArrayLength() > 0 => Items().SelectMany(item => item.Unread()),
            _ => [_path],
        };
    }
}
