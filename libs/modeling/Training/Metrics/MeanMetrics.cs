namespace Sgasa.Modeling.Training.Metrics;

/// <summary>Means over examples or tokens, gathered micro-batch by micro-batch.</summary>
internal sealed class MeanMetrics
{
    private readonly Dictionary<string, (double Sum, double Count)> _sums = [];

    /// <summary>Adds values that are part of a mean.</summary>
    /// <param name="name">The metric's name.</param>
    /// <param name="sum">Their sum.</param>
    /// <param name="count">How many they are.</param>
    public void Add(string name, double sum, double count)
    {
        var (oldSum, oldCount) = _sums.GetValueOrDefault(name);
        _sums[name] = (oldSum + sum, oldCount + count);
    }

    /// <summary>The means, in the order in which they were first added to.</summary>
    public Dictionary<string, double> Means() =>
        _sums.ToDictionary(entry => entry.Key, entry => entry.Value.Sum / entry.Value.Count);
}
