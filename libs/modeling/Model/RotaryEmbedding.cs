using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Model;

/// <summary>Cosines and sines of the rotary position embedding, kept for all positions seen so far.</summary>
internal sealed class RotaryEmbedding(ModelConfig config, Device device) : IDisposable
{
    private Tensor? _cos; // [positions, head_dim / 2]
    private Tensor? _sin;

    /// <summary>Rotation angle per position of each pair of dimensions, <c>[head_dim / 2]</c>.</summary>
    public static Tensor InverseFrequencies(ModelConfig config)
    {
        using var scope = NewDisposeScope();
        var exponents = arange(0, config.HeadDim, 2, ScalarType.Int64).to_type(ScalarType.Float32) / config.HeadDim;
        var frequencies = 1.0f / pow(tensor((float)config.RopeTheta), exponents);
        if (config.RopeScaling is { } scaling) frequencies = Scale(frequencies, scaling);
        return frequencies.MoveToOuterDisposeScope();
    }

    /// <summary>Cosines and sines of positions <c>start .. start + count - 1</c>, each <c>[count, 1, head_dim / 2]</c>.</summary>
    public (Tensor Cos, Tensor Sin) Range(long start, long count)
    {
        Grow(start + count);
        return (_cos!.narrow(0, start, count).unsqueeze(1), _sin!.narrow(0, start, count).unsqueeze(1));
    }

    /// <summary>Cosines and sines of given positions <c>[B, T]</c>, each <c>[B, T, 1, head_dim / 2]</c>.</summary>
    /// <param name="positions">Positions, all below <paramref name="limit"/>.</param>
    /// <param name="limit">An upper bound known without reading the tensor.</param>
    public (Tensor Cos, Tensor Sin) At(Tensor positions, long limit)
    {
        Grow(limit);
        var flat = positions.reshape(-1);
        long[] shape = [.. positions.shape, 1, config.HeadDim / 2];
        return (_cos!.index_select(0, flat).view(shape), _sin!.index_select(0, flat).view(shape));
    }

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
        var angles = arange(size, ScalarType.Float32).unsqueeze(1) * InverseFrequencies(config).unsqueeze(0);
        Dispose();
        _cos = angles.cos().to(device).DetachFromDisposeScope();
        _sin = angles.sin().to(device).DetachFromDisposeScope();
    }

    /// <summary>Llama 3.1's rule: long wavelengths are stretched, short ones kept, those between blended.</summary>
    private static Tensor Scale(Tensor frequencies, RopeScaling scaling)
    {
        var context = (double)scaling.OriginalMaxPositionEmbeddings;
        var wavelengths = 2 * Math.PI / frequencies;
        var stretched = where(wavelengths > context / scaling.LowFreqFactor, frequencies / scaling.Factor, frequencies);
        var smooth = (context / wavelengths - scaling.LowFreqFactor) / (scaling.HighFreqFactor - scaling.LowFreqFactor);
        var blended = (1 - smooth) * stretched / scaling.Factor + smooth * stretched;
        var between = (wavelengths >= context / scaling.HighFreqFactor)
            .logical_and(wavelengths <= context / scaling.LowFreqFactor);
        return where(between, blended, stretched);
    }
}
