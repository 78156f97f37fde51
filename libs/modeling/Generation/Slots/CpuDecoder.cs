using System.Collections.Concurrent;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Sgasa.Modeling.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Generation.Slots;

/// <summary>One token to be computed.</summary>
/// <param name="Token">Its id.</param>
/// <param name="Position">Its place in its sequence.</param>
/// <param name="Length">Tokens of the sequence, those computed with this one included.</param>
/// <param name="Sequence">The sequence's keys and values; rows of one sequence come in the order of their places.</param>
internal readonly record struct DecoderRow(int Token, int Position, int Length, SlotAttention Sequence);

/// <summary>Receives a row's logits.</summary>
internal delegate void RowLogits(int row, ReadOnlySpan<float> logits);

/// <summary>
/// A small model's forward pass on the CPU without libtorch, whose cost per operation outweighs the arithmetic of such
/// models when tokens come one by one. A row's result depends on its own sequence alone, whatever rows are computed with it.
/// </summary>
/// <remarks>The weights are a copy, taken when it is made. Any number of threads may call it.</remarks>
internal sealed unsafe class CpuDecoder : IDisposable
{
    /// <summary>Most rows of one call.</summary>
    public const int MaxRows = 48;

    private readonly ConcurrentBag<Scratch> _scratch = [];
    private readonly PackedLayer[] _layers;
    private readonly PackedMatrix _head;
    private readonly float[] _embedding; // [V, H]
    private readonly float[] _norm;
    private readonly RotaryEmbedding _rotary;
    private readonly float[] _cos;       // [positions, rotated width / 2]; empty where they depend on a sequence's length
    private readonly float[] _sin;

    /// <summary>Copies a model's weights.</summary>
    /// <param name="model">A model on the CPU; what it computes with is float32 whatever the model's type.</param>
    public CpuDecoder(CausalLM model)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Config = model.Config;
        _layers = [.. model.Layers.Select(layer => new PackedLayer(
            layer.Rotates, layer.Window,
            Floats(layer.InputNorm), Packed(layer.Qkv, layer.QkvBias), layer.QkNorm() is { } norm ? Floats(norm) : null,
            Packed(layer.Output, layer.OutputBias), Floats(layer.FeedForwardNorm), Packed(layer.GateUp), Packed(layer.Down)))];
        _head = Packed(model.Head);
        _embedding = Floats(model.Embedding);
        _norm = Floats(model.FinalNorm);
        _rotary = new RotaryEmbedding(Config, CPU);
        (_cos, _sin) = ([], []);
        if (_rotary.DependsOnLength) return;
        var (cos, sin) = _rotary.Range(0, Config.ContextLength);
        (_cos, _sin) = (Floats(cos), Floats(sin));
    }

    /// <summary>The architecture.</summary>
    public ModelConfig Config { get; }

    /// <summary>Whether a model can be computed in this way.</summary>
    public static bool Supports(CausalLM model) => model.Device.type == DeviceType.CPU;

    /// <summary>Computes some tokens, and stores their keys and values.</summary>
    /// <param name="rows">At most <see cref="MaxRows"/> tokens.</param>
    /// <param name="lastOnly">Whether only the last row's logits are wanted.</param>
    /// <param name="receive">Gets the logits row by row; null where they are not wanted.</param>
    public void Forward(ReadOnlySpan<DecoderRow> rows, bool lastOnly, RowLogits? receive)
    {
        if (!_scratch.TryTake(out var scratch)) scratch = new Scratch(Config, _head.OutputStride);
        var h = Config.HiddenSize;
        for (var i = 0; i < rows.Length; i++)
        {
            _embedding.AsSpan(rows[i].Token * h, h).CopyTo(new Span<float>(scratch.X + i * scratch.XStride, h));
        }
        Turn(rows, scratch);
        for (var i = 0; i < _layers.Length; i++) Compute(i, rows, scratch);
        if (receive is not null)
        {
            var first = lastOnly ? rows.Length - 1 : 0;
            Normalise(scratch.X, scratch.XStride, first, rows.Length, _norm, scratch.H);
            _head.Multiply(
                scratch.H + first * scratch.XStride, scratch.XStride, rows.Length - first,
                scratch.Logits, _head.OutputStride, add: false);
            for (var i = first; i < rows.Length; i++)
            {
                receive(i, new ReadOnlySpan<float>(scratch.Logits + (i - first) * _head.OutputStride, Config.VocabSize));
            }
        }
        _scratch.Add(scratch);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var layer in _layers) layer.Dispose();
        foreach (var scratch in _scratch) scratch.Dispose();
        _head.Dispose();
        _rotary.Dispose();
    }

    /// <summary>Whether two lengths of a sequence are rotated alike, so that one's keys may be used in the other.</summary>
    public bool SameRotation(int length, int other) => _rotary.SameFor(length, other);

    private void Compute(int index, ReadOnlySpan<DecoderRow> rows, Scratch scratch)
    {
        var layer = _layers[index];
        var (heads, kvHeads) = (Config.NumAttentionHeads, Config.NumKeyValueHeads);
        var (width, inner) = (Config.HeadDim, Config.IntermediateSize);
        var count = rows.Length;

        Normalise(scratch.X, scratch.XStride, 0, count, layer.InputNorm, scratch.H);
        layer.Qkv.Multiply(scratch.H, scratch.XStride, count, scratch.Wide, scratch.WideStride, add: false);
        for (var i = 0; i < count; i++)
        {
            var q = scratch.Wide + i * scratch.WideStride;
            var k = q + heads * width;
            for (var head = 0; head < heads + kvHeads; head++)
            {
                var vector = new Span<float>(q + head * width, width);
                if (layer.QkNorm is { } norm) Normalise(vector, norm.AsSpan(head * width, width), vector);
                if (layer.Rotates) Rotate(q + head * width, scratch.Angles[i]);
            }
            var attended = scratch.Attended + i * scratch.AttendedStride;
            rows[i].Sequence.Attend(index, rows[i].Position, layer.Window, q, k, k + kvHeads * width, attended);
        }
        layer.Output.Multiply(scratch.Attended, scratch.AttendedStride, count, scratch.X, scratch.XStride, add: true);

        Normalise(scratch.X, scratch.XStride, 0, count, layer.FeedForwardNorm, scratch.H);
        layer.GateUp.Multiply(scratch.H, scratch.XStride, count, scratch.Wide, scratch.WideStride, add: false);
        for (var i = 0; i < count; i++)
        {
            var gate = new Span<float>(scratch.Wide + i * scratch.WideStride, inner);
            var up = new Span<float>(scratch.Wide + i * scratch.WideStride + inner, inner);
            TensorPrimitives.Multiply(gate, up, up);
            TensorPrimitives.Sigmoid(gate, gate);
            TensorPrimitives.Multiply(gate, up, gate);
        }
        layer.Down.Multiply(scratch.Wide, scratch.WideStride, count, scratch.X, scratch.XStride, add: true);
    }

    /// <summary>Finds every row's cosines and sines.</summary>
    private void Turn(ReadOnlySpan<DecoderRow> rows, Scratch scratch)
    {
        var half = Config.RotaryDim / 2;
        if (!_rotary.DependsOnLength)
        {
            for (var i = 0; i < rows.Length; i++)
                scratch.Angles[i] = (_cos.AsMemory(rows[i].Position * half, half), _sin.AsMemory(rows[i].Position * half, half));
            return;
        }
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var (positions, lengths) = (new long[rows.Length], new long[rows.Length]);
        for (var i = 0; i < rows.Length; i++) (positions[i], lengths[i]) = (rows[i].Position, rows[i].Length);
        var (cos, sin) = _rotary.At(tensor(positions).unsqueeze(1), tensor(lengths).unsqueeze(1));
        var (cosines, sines) = (Floats(cos), Floats(sin));
        for (var i = 0; i < rows.Length; i++)
            scratch.Angles[i] = (cosines.AsMemory(i * half, half), sines.AsMemory(i * half, half));
    }

    /// <summary>Turns the first numbers of a head, in half-split pairs.</summary>
    private static void Rotate(float* vector, (ReadOnlyMemory<float> Cos, ReadOnlyMemory<float> Sin) angles)
    {
        var cos = angles.Cos.Span;
        var sin = angles.Sin.Span;
        var half = cos.Length;
        for (var d = 0; d < half; d++)
        {
            var (a, b) = (vector[d], vector[d + half]);
            vector[d] = a * cos[d] - b * sin[d];
            vector[d + half] = b * cos[d] + a * sin[d];
        }
    }

    /// <summary>RMSNorm of some rows.</summary>
    private void Normalise(float* x, int stride, int first, int end, float[] weight, float* result)
    {
        for (var i = first; i < end; i++)
        {
            var row = new Span<float>(x + i * stride, weight.Length);
            Normalise(row, weight, new Span<float>(result + i * stride, weight.Length));
        }
    }

    private void Normalise(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, Span<float> result)
    {
        var mean = TensorPrimitives.SumOfSquares(x) / x.Length;
        TensorPrimitives.Multiply(x, 1 / MathF.Sqrt(mean + (float)Config.RmsNormEps), result);
        TensorPrimitives.Multiply(result, weight, result);
    }

    private static PackedMatrix Packed(torch.Tensor weight, torch.Tensor? bias = null)
    {
        using var scope = NewDisposeScope();
        return new PackedMatrix(weight.to_type(ScalarType.Float32), bias?.to_type(ScalarType.Float32));
    }

    private static float[] Floats(torch.Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return MemoryMarshal.Cast<byte, float>(tensor.to_type(ScalarType.Float32).contiguous().bytes).ToArray();
    }

    private sealed record PackedLayer(
        bool Rotates, int? Window, float[] InputNorm, PackedMatrix Qkv, float[]? QkNorm, PackedMatrix Output,
        float[] FeedForwardNorm, PackedMatrix GateUp, PackedMatrix Down)
        : IDisposable
    {
        public void Dispose()
        {
            foreach (var matrix in new[] { Qkv, Output, GateUp, Down }) matrix.Dispose();
        }
    }

    /// <summary>One thread's intermediate results; rows begin on cache lines.</summary>
    private sealed class Scratch : IDisposable
    {
        public readonly int XStride;
        public readonly int WideStride;
        public readonly int AttendedStride;
        public readonly float* X;
        public readonly float* H;
        public readonly float* Wide;
        public readonly float* Attended;
        public readonly float* Logits;
        public readonly (ReadOnlyMemory<float> Cos, ReadOnlyMemory<float> Sin)[] Angles =
            new (ReadOnlyMemory<float>, ReadOnlyMemory<float>)[MaxRows]; // of each row

        public Scratch(ModelConfig config, int logitsStride)
        {
            XStride = Round(config.HiddenSize);
            AttendedStride = Round(config.NumAttentionHeads * config.HeadDim);
            var qkv = (config.NumAttentionHeads + 2 * config.NumKeyValueHeads) * config.HeadDim;
            WideStride = Round(Math.Max(2 * config.IntermediateSize, qkv));
            var size = MaxRows * (nuint)(2 * XStride + AttendedStride + WideStride + logitsStride) * sizeof(float);
            X = (float*)NativeMemory.AlignedAlloc(size, 64);
            NativeMemory.Clear(X, size);
            H = X + MaxRows * XStride;
            Wide = H + MaxRows * XStride;
            Attended = Wide + MaxRows * WideStride;
            Logits = Attended + MaxRows * AttendedStride;
        }

        public void Dispose() => NativeMemory.AlignedFree(X);

        private static int Round(int floats) => (floats + 15) / 16 * 16;
    }
}
