using Sgasa.Cli.Models;
using Sgasa.Cli.Training;
using Sgasa.Modeling.Training;

namespace Sgasa.Cli.Reports;

/// <summary>How a training ended, for <c>train --json</c>.</summary>
public sealed record TrainReport
{
    /// <summary><c>sft</c> or <c>dpo</c>.</summary>
    public required string Stage { get; init; }

    /// <summary>The base model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The run's folder, which is also the adapter's.</summary>
    public required string Output { get; init; }

    /// <summary>Examples that were trained on.</summary>
    public required int Examples { get; init; }

    /// <summary>Examples that were evaluated.</summary>
    public required int EvalExamples { get; init; }

    /// <summary>Examples that were cut to the greatest length.</summary>
    public required int Truncated { get; init; }

    /// <summary>Examples that were left out, being too long.</summary>
    public required int Dropped { get; init; }

    /// <summary>Steps taken.</summary>
    public required int Steps { get; init; }

    /// <summary>Passes over the examples.</summary>
    public required double Epoch { get; init; }

    /// <summary>Tokens that went through the model.</summary>
    public required long Tokens { get; init; }

    /// <summary>Mean loss over all steps.</summary>
    public required double TrainLoss { get; init; }

    /// <summary>Metrics of the last evaluation; null without one.</summary>
    public IReadOnlyDictionary<string, double>? Evaluation { get; init; }

    /// <summary>The best value of the metric that picks the best checkpoint; null without evaluations.</summary>
    public double? BestMetric { get; init; }

    /// <summary>The step that had it.</summary>
    public int? BestStep { get; init; }

    /// <summary>The step whose adapter is the result.</summary>
    public required int AdapterStep { get; init; }

    /// <summary>Whether the run ended before its last step, as it got no better.</summary>
    public required bool StoppedEarly { get; init; }

    /// <summary>The report of a finished run.</summary>
    internal static TrainReport From(TrainRequest request, ModelChoice model, ITrainer trainer, FineTuningResult result) => new()
    {
        Stage = request.Stage.ToLowerInvariant(),
        Model = model.Name,
        Output = Path.GetFullPath(request.Output),
        Examples = trainer.ExampleCount,
        EvalExamples = trainer.EvalExampleCount,
        Truncated = trainer.Truncated,
        Dropped = trainer.Dropped,
        Steps = result.GlobalStep,
        Epoch = result.Epoch,
        Tokens = result.NumTokens,
        TrainLoss = result.TrainLoss,
        Evaluation = result.LastEvaluation,
        BestMetric = result.BestMetric,
        BestStep = result.BestGlobalStep,
        AdapterStep = result.AdapterStep,
        StoppedEarly = result.StoppedEarly,
    };
}
