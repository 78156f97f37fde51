using System.ComponentModel.DataAnnotations;
using System.Threading.Channels;
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
        var data = await TrainingSets.LoadAsync(request, folder, cancellationToken);

        var progress = new TrainProgress(request.Stage, time);
        // Tensors belong to the thread that made them, so all of the training stays on one.
        var training = Task.Factory.StartNew(
            () => Train(request, model, folder, placement, data, progress, cancellationToken),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        var view = new ProgressView(console.ProgressOf(request.Json), time);
        await view.ShowAsync(progress.Snapshots, CancellationToken.None);
        TrainReport report;
        try
        {
            report = await training;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new RoundInterruptedException(
                $"Stopped at step {progress.Step} of {progress.Steps}. The same command goes on from there.", cancellationToken);
        }

        if (request.Json) ToolConsole.WriteLine(console.Out, ReportJson.Write(report));
        else TrainText.Write(console.Out, report);
        return ExitCodes.Success;
    }

    private static TrainReport Train(
        TrainRequest request,
        ModelChoice model,
        ModelFolder folder,
        Placement placement,
        TrainingSets data,
        TrainProgress progress,
        CancellationToken cancellationToken)
    {
        try
        {
            using var weights = CausalLM.Load(folder.Config, folder.Weights, placement.Device, placement.Dtype);
            using var adapter = request.Adapter is { } path
                ? PeftAdapter.Load(path, folder.Config, folder.Fingerprint, placement.Device)
                : LoraAdapter.Create(folder.Config, request.Lora, request.Seed, placement.Device);
            using var reference = request.Adapter is null || request.Arguments is not DpoConfig ? null : adapter.Clone();
            using var trainer = data.Trainer(weights, adapter, reference, request.Arguments);
            progress.Begin(trainer);
            var run = new FineTuningRun(trainer, new FineTuningRunOptions
            {
                OutputFolder = request.Output,
                BaseModel = model.IsTiny ? model.Name : Path.GetFullPath(model.Folder),
                BaseModelFingerprint = folder.Fingerprint,
                OnStep = progress.OnStep,
            });
            var result = run.Run(cancellationToken);
            progress.End(result.GlobalStep);
            return TrainReports.From(request, model, trainer, result);
        }
        catch (Exception fault) when (fault is ArgumentException or ValidationException)
        {
            throw new UserErrorException(fault.Message, fault);
        }
        finally
        {
            progress.Complete();
        }
    }
}
