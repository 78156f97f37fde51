using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sgasa.Modeling.IO;
using TorchSharp;

namespace Sgasa.Modeling.Safetensors;

/// <summary>
/// Writes safetensors files: tensor after tensor, in an order and layout that depend on names and types alone.
/// </summary>
public static class SafetensorsWriter
{
    /// <summary>Elements converted at a time.</summary>
    private const long ChunkElements = 1 << 22;

    private static readonly JsonWriterOptions Layout = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a file; it appears under its name only when it is whole and on the disk.</summary>
    /// <param name="path">The file; an older one is replaced.</param>
    /// <param name="tensors">What to write; names differ.</param>
    /// <param name="metadata">Texts for <c>__metadata__</c>, beside <c>format: pt</c>, which readers look for.</param>
    /// <exception cref="ModelFormatException">The file can't be written.</exception>
    public static void Write(
        string path, IEnumerable<TensorToWrite> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        // Wide types first keeps every tensor aligned to its own size.
        TensorToWrite[] ordered =
        [
            .. tensors.OrderByDescending(t => SafetensorsHeader.BitsOf(t.Dtype)).ThenBy(t => t.Name, StringComparer.Ordinal),
        ];
        foreach (var tensor in ordered)
            if (!FloatConversion.CanRead(tensor.Dtype))
                throw new ArgumentException($"Tensor {tensor.Name}: {tensor.Dtype} can't be written.", nameof(tensors));
        if (ordered.Select(t => t.Name).Distinct(StringComparer.Ordinal).Count() != ordered.Length)
            throw new ArgumentException("Two tensors have the same name.", nameof(tensors));

        var header = Header(ordered, metadata ?? new Dictionary<string, string>());
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (var tensor in ordered) WriteData(stream, tensor);
        });
    }

    private static byte[] Header(TensorToWrite[] tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Layout))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            foreach (var (key, value) in metadata.Where(m => m.Key != "format").OrderBy(m => m.Key, StringComparer.Ordinal))
                json.WriteString(key, value);
            json.WriteEndObject();
            var end = 0L;
            foreach (var tensor in tensors) end = WriteEntry(json, tensor, end);
            json.WriteEndObject();
        }
        var padded = new byte[(buffer.WrittenCount + 7) / 8 * 8];
        Array.Fill(padded, (byte)' ');
        buffer.WrittenSpan.CopyTo(padded);
        return padded;
    }

    private static long WriteEntry(Utf8JsonWriter json, TensorToWrite tensor, long begin)
    {
        var bytes = tensor.Bytes;
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.Dtype.ToString());
        json.WriteStartArray("shape");
        foreach (var dimension in tensor.Shape) json.WriteNumberValue(dimension);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(begin + bytes);
        json.WriteEndArray();
        json.WriteEndObject();
        return begin + bytes;
    }

    private static void WriteData(Stream stream, TensorToWrite tensor)
    {
        using var scope = torch.NewDisposeScope();
        var value = tensor.Make();
        if (!value.shape.SequenceEqual(tensor.Shape))
            throw new InvalidOperationException(
                $"Tensor {tensor.Name} was announced as [{string.Join(", ", tensor.Shape)}] "
                + $"and came as [{string.Join(", ", value.shape)}].");
        using var flat = value.detach().contiguous().view(-1);
        for (var done = 0L; done < flat.numel(); done += ChunkElements)
        {
            using var part = flat.narrow(0, done, Math.Min(ChunkElements, flat.numel() - done)).cpu();
            if (StoredAs(part.dtype) == tensor.Dtype) stream.Write(part.bytes);
            else
            {
                using var floats = part.to(torch.float32);
                stream.Write(FloatConversion.Write(tensor.Dtype, MemoryMarshal.Cast<byte, float>(floats.bytes)));
            }
        }
        value.Dispose();
    }

    private static SafetensorsDtype? StoredAs(torch.ScalarType type) => type switch
    {
        torch.ScalarType.Float32 => SafetensorsDtype.F32,
        torch.ScalarType.BFloat16 => SafetensorsDtype.BF16,
        torch.ScalarType.Float16 => SafetensorsDtype.F16,
        _ => null,
    };
}
