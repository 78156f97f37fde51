using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Safetensors;

/// <summary>
/// Conversion between float32 and the formats that weights are stored in. Files are little-endian, and so are the machines
/// that libtorch runs on; they also read numbers at odd addresses, where a file may put them.
/// </summary>
internal static class FloatConversion
{
    /// <summary>Whether a format can be read as, and written from, float32.</summary>
    public static bool CanRead(SafetensorsDtype dtype) =>
        dtype is SafetensorsDtype.F32 or SafetensorsDtype.F16 or SafetensorsDtype.BF16;

    /// <summary>Whether <see cref="Read"/> can convert a stored format to a type.</summary>
    public static bool CanConvert(SafetensorsDtype dtype, ScalarType type) =>
        type == ScalarType.Float32 || (type == ScalarType.BFloat16 && dtype != SafetensorsDtype.F16);

    /// <summary>Converts stored numbers to float32, exactly, or to bfloat16, rounded to the nearest.</summary>
    /// <param name="dtype">The stored format.</param>
    /// <param name="stored">Whole elements.</param>
    /// <param name="type">The type wanted.</param>
    /// <param name="values">As many values of that type, as bytes.</param>
    public static void Read(SafetensorsDtype dtype, ReadOnlySpan<byte> stored, ScalarType type, Span<byte> values)
    {
        switch (dtype, type)
        {
            case (SafetensorsDtype.F32, ScalarType.Float32):
            case (SafetensorsDtype.BF16, ScalarType.BFloat16):
                stored.CopyTo(values);
                break;
            case (SafetensorsDtype.F16, ScalarType.Float32):
                WidenHalf(MemoryMarshal.Cast<byte, Half>(stored), MemoryMarshal.Cast<byte, float>(values));
                break;
            case (SafetensorsDtype.BF16, ScalarType.Float32):
                WidenBFloat16(MemoryMarshal.Cast<byte, ushort>(stored), MemoryMarshal.Cast<byte, uint>(values));
                break;
            case (SafetensorsDtype.F32, ScalarType.BFloat16):
                Round(MemoryMarshal.Cast<byte, float>(stored), MemoryMarshal.Cast<byte, ushort>(values));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(dtype), dtype, $"Can't be read as {type}.");
        }
    }

    /// <summary>Converts float32 to a stored format, rounding to the nearest value, ties to the even one.</summary>
    public static byte[] Write(SafetensorsDtype dtype, ReadOnlySpan<float> floats)
    {
        switch (dtype)
        {
            case SafetensorsDtype.F32:
                return MemoryMarshal.AsBytes(floats).ToArray();
            case SafetensorsDtype.F16:
                var halves = new Half[floats.Length];
                for (var i = 0; i < floats.Length; i++) halves[i] = (Half)floats[i];
                return MemoryMarshal.AsBytes<Half>(halves).ToArray();
            case SafetensorsDtype.BF16:
                var rounded = new ushort[floats.Length];
                Round(floats, rounded);
                return MemoryMarshal.AsBytes<ushort>(rounded).ToArray();
            default:
                throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Not a float format that can be written.");
        }
    }

    private static void WidenHalf(ReadOnlySpan<Half> stored, Span<float> floats)
    {
        for (var i = 0; i < stored.Length; i++) floats[i] = (float)stored[i];
    }

    /// <summary>A bfloat16 is the upper half of a float32.</summary>
    private static void WidenBFloat16(ReadOnlySpan<ushort> stored, Span<uint> floats)
    {
        var done = 0;
        for (; done <= stored.Length - Vector<ushort>.Count; done += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(stored[done..]), out var first, out var second);
            (first << 16).CopyTo(floats[done..]);
            (second << 16).CopyTo(floats[(done + Vector<uint>.Count)..]);
        }
        for (; done < stored.Length; done++) floats[done] = (uint)stored[done] << 16;
    }

    private static void Round(ReadOnlySpan<float> floats, Span<ushort> rounded)
    {
        for (var i = 0; i < floats.Length; i++) rounded[i] = ToBFloat16(floats[i]);
    }

    private static ushort ToBFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value)) return (ushort)((bits >> 16) | 0x40); // stays a NaN when the low bits go
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
