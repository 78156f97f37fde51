using Sgasa.Cli.Models;
using Sgasa.Cli.Reports;
using Sgasa.Modeling.Training;
using Sgasa.Modeling.Training.Runs;

namespace Sgasa.Cli.Training;

/// <summary>Makes reports of trainings.</summary>
internal static class TrainReports
{
    /// <summary>The report of a finished run.</summary>
    public static TrainReport From(TrainRequest request, ModelChoice model, ITrainer trainer, FineTuningResult result) => new()
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
