using System.Numerics.Tensors;

namespace Sgasa.Modeling.Generation;

/// <summary>
/// Chooses a token from logits: repetition penalty, temperature, top-k, top-p, then a draw. It reuses its buffers and
/// belongs to one thread.
/// </summary>
internal sealed class Sampler(int vocabSize)
{
    private readonly float[] _scores = new float[vocabSize];
    private readonly float[] _weights = new float[vocabSize];
    private readonly int[] _kept = new int[vocabSize];
    private readonly float[] _order = new float[vocabSize];

    /// <summary>Draws one token.</summary>
    /// <param name="logits">One value per token.</param>
    /// <param name="config">How to choose.</param>
    /// <param name="context">Tokens that the repetition penalty applies to; may repeat.</param>
    /// <param name="uniform">A number in [0, 1) that decides the draw.</param>
    public int Sample(ReadOnlySpan<float> logits, SamplingConfig config, IEnumerable<int> context, double uniform)
    {
        var scores = Penalised(logits, config, context);
        if (config.Temperature == 0) return TensorPrimitives.IndexOfMax(scores);
        var (count, total) = Keep(scores, config);

        var remaining = uniform * total;
        for (var i = 0; i < count; i++)
        {
            remaining -= _weights[_kept[i]];
            if (remaining < 0) return _kept[i];
        }
        return _kept[count - 1]; // rounding may leave a trifle
    }

    /// <summary>The distribution that <see cref="Sample"/> draws from; zero for tokens that are left out.</summary>
    public float[] Probabilities(ReadOnlySpan<float> logits, SamplingConfig config, IEnumerable<int> context)
    {
        var (count, total) = Keep(Penalised(logits, config, context), config);
        var probabilities = new float[logits.Length];
        foreach (var id in _kept.AsSpan(0, count)) probabilities[id] = (float)(_weights[id] / total);
        return probabilities;
    }

    private ReadOnlySpan<float> Penalised(ReadOnlySpan<float> logits, SamplingConfig config, IEnumerable<int> context)
    {
        if (config.RepetitionPenalty == 1) return logits;
        logits.CopyTo(_scores);
        var penalty = (float)config.RepetitionPenalty;
        foreach (var id in context)
        {
            // From the original logit, so that a token is punished once however often it occurs.
            _scores[id] = logits[id] < 0 ? logits[id] * penalty : logits[id] / penalty;
        }
        return _scores;
    }

    /// <summary>
    /// Leaves the tokens that may be drawn in <c>_kept</c>, with their unnormalised probabilities in <c>_weights</c>.
    /// </summary>
    private (int Count, double Total) Keep(ReadOnlySpan<float> scores, SamplingConfig config)
    {
        var temperature = (float)config.Temperature;
        TensorPrimitives.Divide(scores, temperature, _weights);
        TensorPrimitives.Subtract(_weights, TensorPrimitives.Max<float>(_weights), _weights);

        var least = float.NegativeInfinity;
        if (config.TopK > 0 && config.TopK < vocabSize)
        {
            _weights.CopyTo(_order, 0);
            Array.Sort(_order);
            least = _order[vocabSize - config.TopK]; // ties with the last one stay, as in transformers
        }

        // Tokens below this share of the whole are together less than 1 - top_p, so top-p drops them all.
        var count = 0;
        var total = 0.0;
        for (var id = 0; id < _weights.Length; id++)
        {
            if (_weights[id] >= least) _kept[count++] = id;
        }
        if (count == _weights.Length) TensorPrimitives.Exp(_weights, _weights);
        else foreach (var id in _kept.AsSpan(0, count)) _weights[id] = MathF.Exp(_weights[id]);
        foreach (var id in _kept.AsSpan(0, count)) total += _weights[id];
        return config.TopP >= 1 ? (count, total) : KeepNucleus(count, total, config.TopP);
    }

    /// <summary>
    /// Of the kept tokens, in ascending order, drops all whose cumulative probability stays within 1 - top_p; never the last.
    /// </summary>
    private (int Count, double Total) KeepNucleus(int count, double total, double topP)
    {
        var tail = (1 - topP) * total;
        // Tokens no heavier than tail/count weigh at most the tail together, so none of them can survive: only the
        // others need sorting, and they are few.
        var negligible = tail / count;
        var (candidates, dropped) = (0, 0.0);
        for (var i = 0; i < count; i++)
        {
            var id = _kept[i];
            if (_weights[id] > negligible) _kept[candidates++] = id;
            else dropped += _weights[id];
        }
        var sorted = _kept.AsSpan(0, candidates);
        for (var i = 0; i < candidates; i++) _order[i] = _weights[_kept[i]];
        MemoryExtensions.Sort(_order.AsSpan(0, candidates), sorted);

        var first = 0;
        while (first < candidates - 1 && dropped + _order[first] <= tail) dropped += _order[first++];
        sorted[first..].CopyTo(_kept);
        return (candidates - first, total - dropped);
    }
}
