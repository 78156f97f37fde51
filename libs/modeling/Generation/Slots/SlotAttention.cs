using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sgasa.Modeling.Generation.Slots;

/// <summary>One sequence's keys and values on the CPU, and the attention of one of its tokens over those before it.</summary>
/// <remarks>
/// Keys lie transposed in blocks of tokens, <c>[layers, kv heads, blocks, head_dim, tokens of a block]</c>, so that a vector
/// holds one dimension of many tokens and memory is read in order; values lie as <c>[layers, kv heads, tokens, head_dim]</c>, each
/// filled up to whole vectors.
/// </remarks>
internal sealed unsafe class SlotAttention : IDisposable
{
    private const int Lanes = 16;           // floats in a vector
    private const int Block = 4 * Lanes;    // tokens scored at a time

    private readonly ModelConfig _config;
    private readonly int _heads;
    private readonly int _kvHeads;
    private readonly int _width;
    private readonly int _stride;           // floats from one value to the next
    private readonly int _capacity;
    private readonly float* _keys;
    private readonly float* _values;
    private readonly float* _scores;

    /// <summary>Makes room for a sequence.</summary>
    /// <param name="config">The model.</param>
    /// <param name="capacity">Most tokens.</param>
    public SlotAttention(ModelConfig config, int capacity)
    {
        _config = config;
        (_heads, _kvHeads, _width) = (config.NumAttentionHeads, config.NumKeyValueHeads, config.HeadDim);
        _stride = (_width + Lanes - 1) / Lanes * Lanes;
        _capacity = (capacity + Block - 1) / Block * Block;
        var tokens = checked((nuint)(config.NumHiddenLayers * _kvHeads) * (nuint)_capacity);
        var (keys, values) = (tokens * (nuint)_width, tokens * (nuint)_stride);
        _keys = (float*)NativeMemory.AlignedAlloc((keys + values + (nuint)_capacity) * sizeof(float), 64);
        _values = _keys + keys;
        _scores = _values + values;
    }

    /// <summary>Tokens that all layers have stored.</summary>
    public int Length { get; set; }

    /// <summary>A copy with other room.</summary>
    /// <param name="capacity">Most tokens of the copy.</param>
    /// <param name="length">How many tokens are copied; null is all.</param>
    public SlotAttention Copy(int capacity, int? length = null)
    {
        var tokens = length ?? Length;
        var copy = new SlotAttention(_config, Math.Max(capacity, tokens)) { Length = tokens };
        var used = (tokens + Block - 1) / Block * Block; // whole blocks
        for (var head = 0; head < _config.NumHiddenLayers * _kvHeads; head++)
        {
            new Span<float>(KeysOf(head), used * _width).CopyTo(new Span<float>(copy.KeysOf(head), used * _width));
            new Span<float>(ValuesOf(head), used * _stride).CopyTo(new Span<float>(copy.ValuesOf(head), used * _stride));
        }
        return copy;
    }

    /// <summary>Stores a token's key and value in a layer, and attends from it to the tokens up to it.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="position">The token's place; all earlier ones are stored.</param>
    /// <param name="window">How many of them it sees, its own included; null for all.</param>
    /// <param name="queries">Rotated queries, <c>[heads, head_dim]</c>.</param>
    /// <param name="keys">Rotated keys, <c>[kv heads, head_dim]</c>.</param>
    /// <param name="values">Values, <c>[kv heads, head_dim]</c>.</param>
    /// <param name="output">Weighted values, <c>[heads, head_dim]</c>.</param>
    public void Attend(int layer, int position, int? window, float* queries, float* keys, float* values, float* output)
    {
        if (position >= _capacity) throw new InvalidOperationException($"A slot for {_capacity} tokens is full.");
        var group = _heads / _kvHeads;
        var scale = 1 / MathF.Sqrt(_width);
        var first = Math.Max(0, position + 1 - (window ?? int.MaxValue));
        for (var kvHead = 0; kvHead < _kvHeads; kvHead++)
        {
            var headKeys = KeysOf(layer * _kvHeads + kvHead);
            var headValues = ValuesOf(layer * _kvHeads + kvHead);
            var column = headKeys + (long)(position / Block) * _width * Block + position % Block;
            for (var d = 0; d < _width; d++) column[d * Block] = keys[kvHead * _width + d];
            new Span<float>(values + kvHead * _width, _width)
                .CopyTo(new Span<float>(headValues + (long)position * _stride, _width));
            for (var head = kvHead * group; head < (kvHead + 1) * group; head++)
            {
                Score(queries + head * _width, headKeys, first, position + 1, scale);
                var total = Softmax(first, position + 1);
                Weigh(headValues, first, position + 1, 1 / total, output + head * _width);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.AlignedFree(_keys);

    private float* KeysOf(int head) => _keys + (long)head * _width * _capacity;

    private float* ValuesOf(int head) => _values + (long)head * _stride * _capacity;

    /// <summary>Products of a query with keys, whole blocks of them; what lies outside of the tokens is not used.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Score(float* query, float* keys, int first, int end, float scale)
    {
        var width = _width;
        var start = first / Block * Block;
        keys += (long)start * width;
        for (var t = start; t < end; t += Block)
        {
            var (a, b, c, e) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
            for (var d = 0; d < width; d++, keys += Block)
            {
                var q = Vector512.Create(query[d]);
                a = Vector512.FusedMultiplyAdd(q, Vector512.Load(keys), a);
                b = Vector512.FusedMultiplyAdd(q, Vector512.Load(keys + Lanes), b);
                c = Vector512.FusedMultiplyAdd(q, Vector512.Load(keys + 2 * Lanes), c);
                e = Vector512.FusedMultiplyAdd(q, Vector512.Load(keys + 3 * Lanes), e);
            }
            var target = _scores + t;
            (a * scale).Store(target);
            (b * scale).Store(target + Lanes);
            (c * scale).Store(target + 2 * Lanes);
            (e * scale).Store(target + 3 * Lanes);
        }
    }

    /// <summary>Turns scores into unnormalised weights, and returns their sum.</summary>
    private float Softmax(int first, int end)
    {
        var scores = new Span<float>(_scores + first, end - first);
        TensorPrimitives.Subtract(scores, TensorPrimitives.Max<float>(scores), scores);
        TensorPrimitives.Exp(scores, scores);
        return TensorPrimitives.Sum<float>(scores);
    }

    /// <summary>
    /// The weighted sum of values, in four interleaved sums so that additions need not wait for each other.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Weigh(float* values, int first, int end, float factor, float* result)
    {
        var (width, stride, tokens) = (_width, _stride, end - first);
        var score = _scores + first;
        var rest = stackalloc float[Lanes];
        values += (long)first * stride;
        for (var d = 0; d < width; d += Lanes)
        {
            var (a, b, c, e) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
            var value = values + d;
            var t = 0;
            for (; t + 4 <= tokens; t += 4, value += 4 * stride)
            {
                a = Vector512.FusedMultiplyAdd(Vector512.Create(score[t]), Vector512.Load(value), a);
                b = Vector512.FusedMultiplyAdd(Vector512.Create(score[t + 1]), Vector512.Load(value + stride), b);
                c = Vector512.FusedMultiplyAdd(Vector512.Create(score[t + 2]), Vector512.Load(value + 2 * stride), c);
                e = Vector512.FusedMultiplyAdd(Vector512.Create(score[t + 3]), Vector512.Load(value + 3 * stride), e);
            }
            for (; t < tokens; t++, value += stride)
                a = Vector512.FusedMultiplyAdd(Vector512.Create(score[t]), Vector512.Load(value), a);
            var sum = (a + b + (c + e)) * factor;
            if (d + Lanes <= width)
            {
                sum.Store(result + d);
                continue;
            }
            sum.Store(rest); // what lies behind the head belongs to the next one
            new Span<float>(rest, width - d).CopyTo(new Span<float>(result + d, width - d));
        }
    }
}
