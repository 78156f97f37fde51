using Sgasa.Modeling.Training.Runs;

namespace Sgasa.Modeling.Training;

/// <summary>How a run ended; also its <c>train_results.json</c>.</summary>
public sealed record FineTuningResult
{
    /// <summary>Names data, settings, model and the adapter that the run began with.</summary>
    public required string Run { get; init; }

    /// <summary>Examples that were trained on.</summary>
    public int ExampleCount { get; init; }

    /// <summary>Examples of the evaluation set; 0 where there was none.</summary>
    public int EvalExampleCount { get; init; }

    /// <summary>Examples that lost tokens, as too long.</summary>
    public int Truncated { get; init; }

    /// <summary>Examples left out, as too long.</summary>
    public int Dropped { get; init; }

    /// <summary>Steps taken.</summary>
    public required int GlobalStep { get; init; }

    /// <summary>Passes over the examples.</summary>
    public required double Epoch { get; init; }

    /// <summary>Mean loss over all steps.</summary>
    public required double TrainLoss { get; init; }

    /// <summary>Mean loss of the last tenth of the steps, at least of one.</summary>
    public double FinalLoss { get; init; }

    /// <summary>Tokens that went through the policy, prompts included.</summary>
    public required long NumTokens { get; init; }

    /// <summary>Whether the run ended before its last step, as it got no better.</summary>
    public bool StoppedEarly { get; init; }

    /// <summary>The step whose adapter is the result: the last one, or the best.</summary>
    public required int AdapterStep { get; init; }

    /// <summary>The best value of the metric that picks the best checkpoint; null without evaluations.</summary>
    public double? BestMetric { get; init; }

    /// <summary>The step that had it.</summary>
    public int? BestGlobalStep { get; init; }

    /// <summary>Metrics of the last evaluation, such as <c>eval_loss</c>; null without one.</summary>
    public IReadOnlyDictionary<string, double>? LastEvaluation { get; init; }

    /// <summary>Reads the result of a finished run from its folder; null where there is none.</summary>
    /// <exception cref="ModelFormatException">The file is damaged.</exception>
    public static FineTuningResult? Find(string folder)
    {
        var path = Path.Combine(folder, RunFolder.ResultName);
        return File.Exists(path) ? RunJson.Read(path, RunJson.Default.FineTuningResult) : null;
    }
}
