using System.ComponentModel.DataAnnotations;
using Sgasa.Cli.Models;
using Sgasa.Cli.Progress;
using Sgasa.Cli.Reports;
using Sgasa.Cli.Terminal;
using Sgasa.Cli.Texts;
using Sgasa.Contracts;
using Sgasa.Modeling;
using Sgasa.Modeling.Training;

namespace Sgasa.Cli.Training;

/// <summary>Trains an adapter on a data set, without any round.</summary>
internal sealed class TrainRun(ToolConsole console, TimeProvider time)
{
    /// <summary>Trains to the end, or goes on where the folder's run was.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(TrainRequest request, CancellationToken cancellationToken)
    {
        var model = ModelChoice.Of(request.Model);
        using var folder = ModelFolder.Open(model.Folder);
        var placement = Placement.Parse(request.Device, request.Dtype);
        var encoder = ExampleEncoder.FromPretrained(folder.Path, folder.Tokenizer, folder.Config, request.TextsAsChat);
        var sets = await TrainingSets.LoadAsync(request.Files, request.Arguments, encoder, cancellationToken);

        var progress = new TrainProgress(request.Stage, time);
        // Tensors belong to the thread that made them, so all of the training stays on one.
        var training = Task.Factory.StartNew(
            () => Train(request, model, folder, placement, sets, progress, cancellationToken),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        var view = new ProgressView(console.ProgressOf(request.Json), time);
        await view.ShowAsync(progress.Snapshots, CancellationToken.None);
        FineTuningResult result;
        try
        {
            result = await training;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new RoundInterruptedException(
                $"Stopped at step {progress.Step} of {progress.Steps}. The same command goes on from there.", cancellationToken);
        }

        Show(console, request, model.Name, result);
        return ExitCodes.Success;
    }

    /// <summary>Shows how a run ended.</summary>
    public static void Show(ToolConsole console, TrainRequest request, string model, FineTuningResult result)
    {
        var report = TrainReports.From(request, model, result);
        if (request.Json) ToolConsole.WriteLine(console.Out, ReportJson.Write(report));
        else TrainText.Write(console.Out, report);
    }

    private static FineTuningResult Train(
        TrainRequest request,
        ModelChoice model,
        ModelFolder folder,
        Placement placement,
        TrainingSets sets,
        TrainProgress progress,
        CancellationToken cancellationToken)
    {
        try
        {
            using var weights = CausalLM.Load(folder.Config, folder.Weights, placement.Device, placement.Dtype);
            var adapter = request.Adapter is { } path
                ? PeftAdapter.Load(path, folder.Config, folder.Fingerprint, placement.Device)
                : LoraAdapter.Create(folder.Config, request.Lora, request.Seed, placement.Device);
            var options = new FineTuningRunOptions
            {
                OutputFolder = request.Output,
                BaseModel = model.IsTiny ? model.Name : Path.GetFullPath(model.Folder),
                BaseModelFingerprint = folder.Fingerprint,
                OnStep = progress.OnStep,
            };
            using var run = AdapterFineTuning.Open(
                weights, adapter, request.Adapter is null, sets, request.Arguments, options, cancellationToken);
            progress.Begin(run.GlobalStep, run.MaxSteps);
            var result = run.Train(cancellationToken);
            progress.End(result.GlobalStep);
            return result;
        }
        catch (Exception fault) when (fault is ArgumentException or ValidationException)
        {
            throw new UserErrorException(UserErrorException.Sentence(fault), fault);
        }
        finally
        {
            progress.Complete();
        }
    }
}
