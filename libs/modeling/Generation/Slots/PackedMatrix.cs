using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;

namespace Sgasa.Modeling.Generation.Slots;

/// <summary>
/// A linear layer's weights in panels of 16 outputs, for products with any number of rows. Every element of a product is one
/// sum taken in the order of the inputs, so a row's result does not depend on how many rows there are.
/// </summary>
internal sealed unsafe class PackedMatrix : IDisposable
{
    private const int Lanes = 8;            // floats in a vector
    private const int Panel = 2 * Lanes;    // outputs computed together

    private readonly int _inputs;
    private readonly int _panels;
    private readonly float* _weights; // [panels, inputs, 16]
    private readonly float* _bias;    // [panels, 16]

    /// <summary>Packs weights.</summary>
    /// <param name="weight">Float32 <c>[outputs, inputs]</c> on the CPU.</param>
    /// <param name="bias">Float32 <c>[outputs]</c>, or null.</param>
    public PackedMatrix(torch.Tensor weight, torch.Tensor? bias)
    {
        var outputs = (int)weight.shape[0];
        _inputs = (int)weight.shape[1];
        _panels = (outputs + Panel - 1) / Panel;
        OutputStride = _panels * Panel;
        var size = (nuint)OutputStride * (nuint)_inputs;
        _weights = (float*)NativeMemory.AlignedAlloc((size + (nuint)OutputStride) * sizeof(float), 64);
        NativeMemory.Clear(_weights, (size + (nuint)OutputStride) * sizeof(float));
        _bias = _weights + size;
        var source = MemoryMarshal.Cast<byte, float>(weight.bytes);
        for (var output = 0; output < outputs; output++)
        {
            var target = _weights + (long)(output / Panel) * _inputs * Panel + output % Panel;
            var row = source.Slice(output * _inputs, _inputs);
            for (var i = 0; i < row.Length; i++) target[(long)i * Panel] = row[i];
        }
        if (bias is not null) MemoryMarshal.Cast<byte, float>(bias.bytes).CopyTo(new Span<float>(_bias, outputs));
    }

    /// <summary>Outputs, rounded up to whole panels; a row of results takes so many floats.</summary>
    public int OutputStride { get; }

    /// <summary>Computes <c>y = x Wᵀ + b</c>, or adds it to y.</summary>
    /// <param name="x">Rows of inputs.</param>
    /// <param name="xStride">Floats from one row of x to the next.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="y">Rows of outputs.</param>
    /// <param name="yStride">Floats from one row of y to the next.</param>
    /// <param name="add">Whether y keeps what it has.</param>
    public void Multiply(float* x, int xStride, int rows, float* y, int yStride, bool add)
    {
        for (var panel = 0; panel < _panels; panel++)
        {
            // A panel stays in the nearest cache while all rows pass by it.
            var weights = _weights + (long)panel * _inputs * Panel;
            var bias = _bias + panel * Panel;
            var target = y + panel * Panel;
            var row = 0;
            for (; row + 6 <= rows; row += 6)
                Six(x + (long)row * xStride, xStride, weights, bias, target + (long)row * yStride, yStride, _inputs, add);
            for (; row + 2 <= rows; row += 2)
                Two(x + (long)row * xStride, xStride, weights, bias, target + (long)row * yStride, yStride, _inputs, add);
            if (row < rows) One(x + (long)row * xStride, weights, bias, target + (long)row * yStride, _inputs, add);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.AlignedFree(_weights);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Six(float* x, nint xs, float* w, float* bias, float* y, nint ys, nint inputs, bool add)
    {
        float* x1 = x + xs, x2 = x1 + xs, x3 = x2 + xs, x4 = x3 + xs, x5 = x4 + xs;
        Vector256<float> b0 = Vector256.Load(bias), b1 = Vector256.Load(bias + Lanes);
        Vector256<float> a00 = b0, a10 = b0, a20 = b0, a30 = b0, a40 = b0, a50 = b0;
        Vector256<float> a01 = b1, a11 = b1, a21 = b1, a31 = b1, a41 = b1, a51 = b1;
        for (nint i = 0; i < inputs; i++, w += Panel)
        {
            Vector256<float> w0 = Vector256.Load(w), w1 = Vector256.Load(w + Lanes);
            var v = Vector256.Create(x[i]);
            a00 = Vector256.FusedMultiplyAdd(v, w0, a00);
            a01 = Vector256.FusedMultiplyAdd(v, w1, a01);
            v = Vector256.Create(x1[i]);
            a10 = Vector256.FusedMultiplyAdd(v, w0, a10);
            a11 = Vector256.FusedMultiplyAdd(v, w1, a11);
            v = Vector256.Create(x2[i]);
            a20 = Vector256.FusedMultiplyAdd(v, w0, a20);
            a21 = Vector256.FusedMultiplyAdd(v, w1, a21);
            v = Vector256.Create(x3[i]);
            a30 = Vector256.FusedMultiplyAdd(v, w0, a30);
            a31 = Vector256.FusedMultiplyAdd(v, w1, a31);
            v = Vector256.Create(x4[i]);
            a40 = Vector256.FusedMultiplyAdd(v, w0, a40);
            a41 = Vector256.FusedMultiplyAdd(v, w1, a41);
            v = Vector256.Create(x5[i]);
            a50 = Vector256.FusedMultiplyAdd(v, w0, a50);
            a51 = Vector256.FusedMultiplyAdd(v, w1, a51);
        }
        Put(y, a00, a01, add);
        Put(y + ys, a10, a11, add);
        Put(y + 2 * ys, a20, a21, add);
        Put(y + 3 * ys, a30, a31, add);
        Put(y + 4 * ys, a40, a41, add);
        Put(y + 5 * ys, a50, a51, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Two(float* x, nint xs, float* w, float* bias, float* y, nint ys, nint inputs, bool add)
    {
        var x1 = x + xs;
        Vector256<float> b0 = Vector256.Load(bias), b1 = Vector256.Load(bias + Lanes);
        Vector256<float> a00 = b0, a01 = b1, a10 = b0, a11 = b1;
        for (nint i = 0; i < inputs; i++, w += Panel)
        {
            Vector256<float> w0 = Vector256.Load(w), w1 = Vector256.Load(w + Lanes);
            var v = Vector256.Create(x[i]);
            a00 = Vector256.FusedMultiplyAdd(v, w0, a00);
            a01 = Vector256.FusedMultiplyAdd(v, w1, a01);
            v = Vector256.Create(x1[i]);
            a10 = Vector256.FusedMultiplyAdd(v, w0, a10);
            a11 = Vector256.FusedMultiplyAdd(v, w1, a11);
        }
        Put(y, a00, a01, add);
        Put(y + ys, a10, a11, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(float* x, float* w, float* bias, float* y, nint inputs, bool add)
    {
        Vector256<float> a0 = Vector256.Load(bias), a1 = Vector256.Load(bias + Lanes);
        for (nint i = 0; i < inputs; i++, w += Panel)
        {
            var v = Vector256.Create(x[i]);
            a0 = Vector256.FusedMultiplyAdd(v, Vector256.Load(w), a0);
            a1 = Vector256.FusedMultiplyAdd(v, Vector256.Load(w + Lanes), a1);
        }
        Put(y, a0, a1, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* y, Vector256<float> a0, Vector256<float> a1, bool add)
    {
        (add ? Vector256.Load(y) + a0 : a0).Store(y);
        (add ? Vector256.Load(y + Lanes) + a1 : a1).Store(y + Lanes);
    }
}
