using Sgasa.Cli.Reports;
using Sgasa.Modeling.Training;

namespace Sgasa.Cli.Training;

/// <summary>Makes reports of trainings.</summary>
internal static class TrainReports
{
    /// <summary>The report of a finished run.</summary>
    public static TrainReport From(TrainRequest request, string model, FineTuningResult result) => new()
    {
        Stage = request.Stage.ToLowerInvariant(),
        Model = model,
        Output = Path.GetFullPath(request.Output),
        Examples = result.ExampleCount,
        EvalExamples = result.EvalExampleCount,
        Truncated = result.Truncated,
        Dropped = result.Dropped,
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
