namespace Sgasa.Modeling.Training.Metrics;

/// <summary>Metrics of the steps since the last log, as their means; part of a run's state.</summary>
internal sealed record MetricsWindow
{
    /// <summary>Steps in it.</summary>
    public int Steps { get; init; }

    /// <summary>Sums over the steps.</summary>
    public IReadOnlyDictionary<string, double> Sums { get; init; } = new Dictionary<string, double>();

    /// <summary>Gradient norm of the last step.</summary>
    public double GradNorm { get; init; }

    /// <summary>Learning rate of the last step.</summary>
    public double LearningRate { get; init; }

    /// <summary>This window with one more step.</summary>
    public MetricsWindow With(StepMetrics step)
    {
        var sums = new Dictionary<string, double>(Sums);
        foreach (var (name, value) in step.Means.Prepend(KeyValuePair.Create("loss", step.Loss)))
            sums[name] = sums.GetValueOrDefault(name) + value;
        return new MetricsWindow { Steps = Steps + 1, Sums = sums, GradNorm = step.GradNorm, LearningRate = step.LearningRate };
    }

    /// <summary>What is logged of it: means, and of norm and learning rate the last; in TRL's order.</summary>
    /// <param name="tokens">Tokens that went through the policy since the run began.</param>
    public Dictionary<string, double> Logged(long tokens)
    {
        var values = new Dictionary<string, double>
        {
            ["loss"] = Sums["loss"] / Steps,
            ["grad_norm"] = GradNorm,
            ["learning_rate"] = LearningRate,
            ["num_tokens"] = tokens,
        };
        foreach (var (name, sum) in Sums.Where(entry => entry.Key != "loss")) values[name] = sum / Steps;
        return values;
    }
}
