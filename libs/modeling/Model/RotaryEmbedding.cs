using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Model;

/// <summary>
/// Cosines and sines of the rotary position embedding; kept for all positions seen so far, unless they depend on the sequence's
/// length.
/// </summary>
internal sealed class RotaryEmbedding(ModelConfig config, Device device) : IDisposable
{
    private Tensor? _cos; // [positions, rotated width / 2]
    private Tensor? _sin;

    /// <summary>Whether cosines and sines depend on the sequence's length.</summary>
    public bool DependsOnLength { get; } = config.RopeScaling?.DependsOnLength == true;

    /// <summary>Rotation angle per position of each pair of dimensions, <c>[rotated width / 2]</c>, without magnitude.</summary>
    /// <param name="config">The architecture.</param>
    /// <param name="length">The sequence's length, where the frequencies depend on it.</param>
    public static Tensor InverseFrequencies(ModelConfig config, long length = 1)
    {
        using var scope = NewDisposeScope();
        return InverseFrequencies(config, tensor(new[] { length }).unsqueeze(1)).view(-1).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Cosines and sines of positions <c>start .. start + count - 1</c>, of which the last ends the sequence; each
    /// <c>[count, 1, rotated width / 2]</c>.
    /// </summary>
    public (Tensor Cos, Tensor Sin) Range(long start, long count)
    {
        if (DependsOnLength)
        {
            var frequencies = InverseFrequencies(config, tensor(new[] { start + count }, device: device).unsqueeze(1));
            return Turn(arange(start, start + count, ScalarType.Float32, device).view(-1, 1, 1) * frequencies);
        }
        Grow(start + count);
        return (_cos!.narrow(0, start, count).unsqueeze(1), _sin!.narrow(0, start, count).unsqueeze(1));
    }

    /// <summary>Cosines and sines of given positions <c>[B, T]</c>, each <c>[B, T, 1, rotated width / 2]</c>.</summary>
    /// <param name="positions">Positions, all below <paramref name="limit"/>; a row's largest ends its sequence.</param>
    /// <param name="limit">An upper bound known without reading the tensor.</param>
    public (Tensor Cos, Tensor Sin) At(Tensor positions, long limit)
    {
        if (DependsOnLength) return At(positions, positions.amax([1], keepdim: true) + 1);
        Grow(limit);
        var flat = positions.reshape(-1);
        long[] shape = [.. positions.shape, 1, config.RotaryDim / 2];
        return (_cos!.index_select(0, flat).view(shape), _sin!.index_select(0, flat).view(shape));
    }

    /// <summary>The same for sequences whose lengths are known, int64 <c>[B, 1]</c>; only where they matter.</summary>
    public (Tensor Cos, Tensor Sin) At(Tensor positions, Tensor lengths)
    {
        var frequencies = InverseFrequencies(config, lengths).view([positions.shape[0], 1, 1, -1]);
        return Turn(positions.to_type(ScalarType.Float32).view([.. positions.shape, 1, 1]) * frequencies);
    }

    /// <summary>Whether sequences of two lengths are rotated alike.</summary>
    public bool SameFor(long length, long other) => config.RopeScaling?.SameFor(config.Rotary(), length, other) ?? true;

    /// <inheritdoc/>
    public void Dispose()
    {
        _cos?.Dispose();
        _sin?.Dispose();
    }

    private void Grow(long positions)
    {
        if (_cos is not null && _cos.shape[0] >= positions) return;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var size = Math.Max(256, (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)positions));
        var (cos, sin) = Turn(arange(size, ScalarType.Float32).unsqueeze(1) * InverseFrequencies(config).unsqueeze(0));
        Dispose();
        _cos = cos.to(device).DetachFromDisposeScope();
        _sin = sin.to(device).DetachFromDisposeScope();
    }

    private (Tensor Cos, Tensor Sin) Turn(Tensor angles)
    {
        var magnitude = config.RopeScaling?.Magnitude ?? 1;
        return magnitude == 1 ? (angles.cos(), angles.sin()) : (angles.cos() * magnitude, angles.sin() * magnitude);
    }

    /// <summary>
    /// Frequencies for sequences of the given lengths <c>[N, 1]</c>: <c>[N, width / 2]</c> where they depend on it, else
    /// <c>[width / 2]</c>.
    /// </summary>
    private static Tensor InverseFrequencies(ModelConfig config, Tensor lengths)
    {
        var shape = config.Rotary();
        var exponents = arange(0, shape.Width, 2, ScalarType.Int64).to_type(ScalarType.Float32) / shape.Width;
        var frequencies = (1.0f / pow(tensor((float)shape.Theta), exponents)).to(lengths.device);
        return config.RopeScaling is { } scaling ? scaling.Scale(frequencies, shape, lengths) : frequencies;
    }
}
