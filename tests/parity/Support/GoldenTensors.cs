using System.Runtime.InteropServices;
using System.Text.Json;

namespace Sgasa.Parity.Tests.Support;

/// <summary>
/// The tensors of <c>expected.safetensors</c>, which remember which of them were looked at. The reader is kept apart from the
/// library's own, so that one can't hide the other's faults.
/// </summary>
internal sealed class GoldenTensors
{
    private readonly Dictionary<string, (long[] Shape, float[] Values)> _tensors = [];
    private readonly HashSet<string> _read = [];

    public GoldenTensors(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var start = 8 + checked((int)BitConverter.ToInt64(bytes, 0));
        using var header = JsonDocument.Parse(bytes.AsMemory(8, start - 8));
        foreach (var entry in header.RootElement.EnumerateObject().Where(entry => entry.Name != "__metadata__"))
        {
            entry.Value.GetProperty("dtype").GetString().ShouldBe("F32", entry.Name);
            var range = entry.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt32()).ToArray();
            long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
            var data = bytes.AsSpan((start + range[0])..(start + range[1]));
            _tensors.Add(entry.Name, (shape, MemoryMarshal.Cast<byte, float>(data).ToArray()));
        }
    }

    /// <summary>All keys.</summary>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    public long[] Shape(string name) => Find(name).Shape;

    /// <summary>A tensor's values in row-major order.</summary>
    public float[] Values(string name)
    {
        _read.Add(name);
        return Find(name).Values;
    }

    /// <summary>Keys that nobody looked at.</summary>
    public IEnumerable<string> Unread() => _tensors.Keys.Where(name => !_read.Contains(name));

    private (long[] Shape, float[] Values) Find(string name) => _tensors.TryGetValue(name, out var tensor)
        ? tensor
        : throw new KeyNotFoundException($"expected.safetensors has no tensor '{name}'.");
}
