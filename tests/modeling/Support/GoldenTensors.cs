using System.Text.Json;

namespace Sgasa.Modeling.Tests.Support;

/// <summary>A reader of float32 and bfloat16 tensors, kept apart from the library's own so that one can't hide the other's faults.</summary>
internal sealed class GoldenTensors
{
    private readonly Dictionary<string, (string Type, byte[] Data)> _tensors = [];

    public GoldenTensors(params IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            var bytes = File.ReadAllBytes(path);
            var start = 8 + BitConverter.ToInt32(bytes, 0);
            using var header = JsonDocument.Parse(bytes.AsMemory(8, start - 8));
            foreach (var entry in header.RootElement.EnumerateObject().Where(e => e.Name != "__metadata__"))
            {
                var range = entry.Value.GetProperty("data_offsets").EnumerateArray().Select(e => e.GetInt32()).ToArray();
                _tensors.Add(entry.Name, (entry.Value.GetProperty("dtype").GetString()!, bytes[(start + range[0])..(start + range[1])]));
            }
        }
    }

    /// <summary>The tensor's values in row-major order.</summary>
    public float[] Values(string name)
    {
        var (type, data) = _tensors[name];
        if (type == "F32")
        {
            var floats = new float[data.Length / 4];
            Buffer.BlockCopy(data, 0, floats, 0, data.Length);
            return floats;
        }
        type.ShouldBe("BF16");
        return [.. Enumerable.Range(0, data.Length / 2).Select(i => BitConverter.Int32BitsToSingle(BitConverter.ToUInt16(data, 2 * i) << 16))];
    }
}
