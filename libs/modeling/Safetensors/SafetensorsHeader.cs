using System.Text.Json;
using Sgasa.Modeling.IO;

namespace Sgasa.Modeling.Safetensors;

/// <summary>The header of a safetensors file, checked against every rule of the format.</summary>
/// <param name="Entries">The tensors, in the order of their data.</param>
/// <param name="Metadata">The free texts under <c>__metadata__</c>.</param>
internal sealed record SafetensorsHeader(
    IReadOnlyList<SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>The format's own bound on the header's length, in bytes.</summary>
    public const long MaxLength = 100_000_000;

    private const string MetadataKey = "__metadata__";

    /// <summary>
    /// The 6-bit and 8-bit floats are the only names with an underscore, after their second character.
    /// </summary>
    private static readonly Dictionary<string, SafetensorsDtype> DtypeOfName = Enum.GetValues<SafetensorsDtype>()
        .ToDictionary(d => d.ToString() is { Length: 6 } name ? name.Insert(2, "_") : d.ToString(), StringComparer.Ordinal);

    /// <summary>Reads the header's JSON.</summary>
    /// <param name="where">The file, for errors.</param>
    /// <param name="json">The header without its length, with its padding.</param>
    /// <param name="dataLength">Bytes in the file after the header.</param>
    /// <exception cref="ModelFormatException">A rule is broken; the message names file and tensor.</exception>
    public static SafetensorsHeader Parse(string where, ReadOnlyMemory<byte> json, long dataLength)
    {
        if (json.IsEmpty || json.Span[0] != (byte)'{')
            throw new ModelFormatException(where, "the header does not begin with '{'", "Fetch the file again");
        var root = JsonSection.Parse(where + ", header", json);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var entries = new List<SafetensorsEntry>();
        foreach (var (name, value) in root.Fields())
        {
            var section = root.SectionOf(name, value);
            if (name == MetadataKey) ReadMetadata(section, metadata);
            else entries.Add(ReadEntry(section, name));
        }
        // Tensors without elements take no bytes: they may share their place with the next one.
        entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        CheckLayout(where, entries, dataLength);
        return new SafetensorsHeader(entries, metadata);
    }

    /// <summary>Bits that one element takes.</summary>
    public static int BitsOf(SafetensorsDtype dtype) => dtype switch
    {
        SafetensorsDtype.F4 => 4,
        SafetensorsDtype.F6E2M3 or SafetensorsDtype.F6E3M2 => 6,
        <= SafetensorsDtype.F8E8M0 => 8,
        <= SafetensorsDtype.BF16 => 16,
        <= SafetensorsDtype.F32 => 32,
        _ => 64,
    };

    private static void ReadMetadata(JsonSection section, Dictionary<string, string> metadata)
    {
        foreach (var (key, value) in section.Fields())
            metadata.Add(key, value.ValueKind == JsonValueKind.String
                ? section.TextOf(key, value)
                : throw section.Unexpected(key, value, "a string"));
    }

    private static SafetensorsEntry ReadEntry(JsonSection tensor, string name)
    {
        var dtypeName = tensor.RequiredString("dtype");
        if (!DtypeOfName.TryGetValue(dtypeName, out var dtype))
            throw tensor.Error("dtype", $"'{dtypeName}' is not a number format of safetensors");
        var shape = ReadNumbers(tensor, "shape");
        var offsets = ReadNumbers(tensor, "data_offsets");
        if (offsets.Length != 2) throw tensor.Error("data_offsets", $"has {offsets.Length} numbers, not two");
        if (offsets[0] > offsets[1]) throw tensor.Error("data_offsets", $"ends at {offsets[1]}, before its begin {offsets[0]}");
        if (ByteCount(shape, dtype) is not { } bytes)
            throw tensor.Error("shape", $"[{string.Join(", ", shape)}] of {dtype} is no whole number of bytes, or too many");
        if (bytes != offsets[1] - offsets[0])
        {
            var stated = $"shape [{string.Join(", ", shape)}] of {dtype} takes {bytes} bytes";
            throw tensor.Error("data_offsets", $"spans {offsets[1] - offsets[0]} bytes, but {stated}");
        }
        return new SafetensorsEntry(name, dtype, shape, offsets[0], offsets[1]);
    }

    private static long[] ReadNumbers(JsonSection tensor, string field)
    {
        if (tensor.Find(field) is not { } array) throw tensor.Missing(field);
        if (array.ValueKind != JsonValueKind.Array) throw tensor.Unexpected(field, array, "an array");
        var numbers = new long[array.GetArrayLength()];
        var index = 0;
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out var number) || number < 0)
                throw tensor.Error(field, "holds something that is not a whole number from 0 to 2^63 - 1");
            numbers[index++] = number;
        }
        return numbers;
    }

    /// <summary>Null where the product overflows or leaves part of a byte.</summary>
    private static long? ByteCount(long[] shape, SafetensorsDtype dtype)
    {
        var bits = (Int128)BitsOf(dtype);
        foreach (var dimension in shape)
        {
            bits *= dimension; // both factors are below 2^66 here, the product below 2^127
            if (bits > (Int128)long.MaxValue * 8) return null;
        }
        return bits % 8 == 0 ? (long)(bits / 8) : null;
    }

    private static void CheckLayout(string where, List<SafetensorsEntry> entries, long dataLength)
    {
        var end = 0L;
        foreach (var entry in entries)
        {
            var tensor = $"{where}, tensor {entry.Name}";
            if (entry.Begin != end)
                throw new ModelFormatException(
                    tensor, $"{(entry.Begin > end ? "leaves a hole" : "overlaps")}: it begins at {entry.Begin}, not {end}");
            if (entry.End > dataLength)
                throw new ModelFormatException(
                    tensor, $"ends at byte {entry.End} of {dataLength}: the file is cut short", "Fetch the file again");
            end = entry.End;
        }
        if (end != dataLength)
            throw new ModelFormatException(
                where, $"has {dataLength - end} bytes that belong to no tensor", "Fetch the file again");
    }
}
