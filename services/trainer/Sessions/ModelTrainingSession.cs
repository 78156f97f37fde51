using Sgasa.Modeling;
using Sgasa.Modeling.Training;
using Sgasa.Trainer.Jobs;
using Sgasa.Trainer.Model;
using TorchSharp;

namespace Sgasa.Trainer.Sessions;

/// <summary>A training of the loaded model's adapter.</summary>
internal sealed class ModelTrainingSession : ITrainingSession
{
    private readonly LoadedModel _model;
    private readonly LoraAdapter _policy;
    private readonly LoraAdapter? _reference;
    private readonly ITuner _tuner;
    private readonly List<double> _losses;
    private readonly string _identity;
    private readonly long _tokensPerStep;

    internal ModelTrainingSession(
        LoadedModel model,
        TrainingPlan plan,
        LoraAdapter policy,
        LoraAdapter? reference,
        ITuner tuner,
        IEnumerable<double> losses)
    {
        (_model, _policy, _reference, _tuner, _losses) = (model, policy, reference, tuner, [.. losses]);
        (_identity, Examples, TooLong) = (plan.Identity, plan.Count, plan.TooLong);
        _tokensPerStep = plan.TokensPerEpoch * plan.Epochs / Math.Max(1, tuner.Steps);
    }

    public string BaseModel => _model.Fingerprint;

    public int Step => _tuner.CurrentStep;

    public int Steps => _tuner.Steps;

    public int Examples { get; }

    public int TooLong { get; }

    public double FinalLoss => _losses.TakeLast(Math.Max(1, Steps / 10)).DefaultIfEmpty().Average();

    public TrainingStep TakeStep()
    {
        using var scope = torch.NewDisposeScope();
        StepMetrics step;
        try
        {
            step = _tuner.Step();
        }
        catch (TrainingDivergedException fault)
        {
            throw new TrainingFailedException(fault.Message, fault);
        }
        _losses.Add(step.Loss);
        var metrics = new Dictionary<string, double>(step.Means)
        {
            ["loss"] = step.Loss,
            ["grad_norm"] = step.GradNorm,
            ["learning_rate"] = step.LearningRate,
            ["epoch"] = step.Epoch,
            ["examples_left_out"] = TooLong,
        };
        return new TrainingStep(step.Loss, _tokensPerStep, metrics);
    }

    public void SaveState(string folder)
    {
        _tuner.SaveState(folder);
        TrainingStateFile.Write(folder, new TrainingStateHeader { Identity = _identity, Losses = [.. _losses] });
    }

    public void SaveAdapter(string folder) => AdapterFolder.Save(folder, _policy, _model);

    public void Dispose()
    {
        _tuner.Dispose();
        _policy.Dispose();
        _reference?.Dispose();
    }
}
