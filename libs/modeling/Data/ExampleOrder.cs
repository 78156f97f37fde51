using Sgasa.Modeling.Numerics;

namespace Sgasa.Modeling.Data;

/// <summary>Which examples each step takes: every epoch all of them, in an order that seed and epoch decide.</summary>
internal sealed class ExampleOrder(int examples, int batchSize, int epochs, ulong? seed, int? maxSteps = null)
{
    private (int Epoch, int[] Order)? _current;

    /// <summary>Steps of one pass over the examples; the last of them may have fewer.</summary>
    public int StepsPerEpoch { get; } = (examples + batchSize - 1) / batchSize;

    /// <summary>Steps of the whole run.</summary>
    public int Steps => maxSteps ?? checked(StepsPerEpoch * epochs);

    /// <summary>Passes over the examples after some steps.</summary>
    public double EpochAfter(int steps) => (double)steps / StepsPerEpoch;

    /// <summary>Indices of the examples of a step, counted from 0.</summary>
    public IReadOnlyList<int> Of(int step)
    {
        var (epoch, within) = Math.DivRem(step, StepsPerEpoch);
        if (_current?.Epoch != epoch) _current = (epoch, Permutation(epoch));
        return [.. _current!.Value.Order.Skip(within * batchSize).Take(batchSize)];
    }

    private int[] Permutation(int epoch)
    {
        int[] order = [.. Enumerable.Range(0, examples)];
        if (seed is not { } start) return order;
        var stream = CounterRandom.Mix(start ^ CounterRandom.Mix((ulong)epoch));
        for (var i = examples - 1; i > 0; i--)
        {
            var other = (int)(CounterRandom.Uniform(stream, (ulong)i) * (i + 1));
            (order[i], order[other]) = (order[other], order[i]);
        }
        return order;
    }
}
