using System.Runtime.InteropServices;
using Sgasa.Modeling.Architectures;
using Sgasa.Modeling.Numerics;
using Sgasa.Modeling.Safetensors;
using TorchSharp;

namespace Sgasa.Modeling;

/// <summary>
/// Makes model folders of any size with random weights, for trying out what a real model of that shape would need. They hold
/// configuration and weights; a tokenizer is put beside them where one is wanted.
/// </summary>
public static class RandomModelFolder
{
    /// <summary>Values that weights are drawn from; a draw is a look-up, since large models have billions of weights.</summary>
    private const int TableSize = 1 << 16;

    /// <summary>Writes the folder, one tensor in memory at a time: norms are one, all else is normally distributed.</summary>
    /// <param name="folder">The folder; made where it is missing.</param>
    /// <param name="config">The architecture.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="dtype">BF16 or F32.</param>
    /// <param name="std">Standard deviation of the weights.</param>
    /// <param name="maxShardBytes">Largest weight file in bytes; more becomes several.</param>
    /// <exception cref="ModelFormatException">A file can't be written.</exception>
    public static void Write(
        string folder, ModelConfig config, ulong seed, SafetensorsDtype dtype = SafetensorsDtype.BF16, double std = 0.02,
        long maxShardBytes = ShardedWriter.DefaultMaxShardBytes)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (dtype is not (SafetensorsDtype.BF16 or SafetensorsDtype.F32))
            throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Random weights are BF16 or F32.");
        TorchRuntime.EnsureLoaded();
        var table = Table(seed, dtype, std);
        var weights = CheckpointLayout.Tensors(config).Select((tensor, index) =>
        {
            var stream = CounterRandom.Mix(seed + (ulong)index + 1);
            return new TensorToWrite(
                tensor.Name, tensor.Shape, () => Make(tensor.Name, tensor.Shape, dtype, table, stream), dtype);
        });
        ModelFolderWriter.Write(folder, config, [.. weights], maxShardBytes);
    }

    /// <summary>Number of weights of an architecture; a tied head counts once.</summary>
    public static long ParametersOf(ModelConfig config) =>
        CheckpointLayout.Tensors(config).Sum(tensor => tensor.Shape.Aggregate(1L, (product, size) => product * size));

    private static torch.Tensor Make(string name, long[] shape, SafetensorsDtype dtype, byte[] table, ulong stream)
    {
        var type = dtype == SafetensorsDtype.BF16 ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32;
        if (name.EndsWith("norm.weight", StringComparison.Ordinal)) return torch.ones(shape, type);
        var tensor = torch.empty(shape, type);
        using var flat = tensor.view(-1);
        const long Part = 1 << 28; // a span holds no more than 2 GB
        for (var done = 0L; done < flat.numel(); done += Part)
        {
            using var part = flat.narrow(0, done, Math.Min(Part, flat.numel() - done));
            if (dtype == SafetensorsDtype.BF16) Fill<ushort>(part.bytes, table, stream);
            else Fill<uint>(part.bytes, table, stream);
            stream = CounterRandom.Mix(stream);
        }
        return tensor;
    }

    /// <summary>Four draws for every 64 random bits.</summary>
    private static void Fill<T>(Span<byte> bytes, ReadOnlySpan<byte> tableBytes, ulong stream)
        where T : unmanaged
    {
        var values = MemoryMarshal.Cast<byte, T>(bytes);
        var table = MemoryMarshal.Cast<byte, T>(tableBytes);
        for (var i = 0; i < values.Length; i += 4)
        {
            var bits = CounterRandom.Mix(stream++);
            foreach (ref var value in values[i..Math.Min(i + 4, values.Length)])
            {
                value = table[(ushort)bits];
                bits >>= 16;
            }
        }
    }

    /// <summary>Normally distributed values by the method of Box and Muller, in the stored format.</summary>
    private static byte[] Table(ulong seed, SafetensorsDtype dtype, double std)
    {
        var floats = new float[TableSize];
        for (var i = 0; i < TableSize; i += 2)
        {
            var radius = std * Math.Sqrt(-2 * Math.Log(1 - CounterRandom.Uniform(seed, (ulong)i)));
            var angle = 2 * Math.PI * CounterRandom.Uniform(seed, (ulong)i + 1);
            (floats[i], floats[i + 1]) = ((float)(radius * Math.Cos(angle)), (float)(radius * Math.Sin(angle)));
        }
        return FloatConversion.Write(dtype, floats);
    }
}
