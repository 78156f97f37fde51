using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Sgasa.Cli.Models;
using Sgasa.Cli.Progress;
using Sgasa.Cli.Remote;
using Sgasa.Cli.Terminal;
using Sgasa.Contracts;
using Sgasa.Contracts.Grpc;
using Sgasa.Hosting;
using Sgasa.Hosting.ModelClients;
using Sgasa.Modeling;
using Sgasa.Modeling.Training;

namespace Sgasa.Cli.Training;

/// <summary>
/// Trains an adapter at a deployment's trainer: sends the data, shows the progress, and brings the adapter. The same command finds its
/// training again, whatever became of it and of the connection meanwhile.
/// </summary>
internal sealed partial class RemoteTrainRun(ToolConsole console, TimeProvider time, TrainerConnection trainer)
{
    private static readonly string[] AdapterFiles = ["adapter_config.json", "adapter_model.safetensors"];

    private bool _isThere;

    private TrainingJobClient Jobs => new(
        trainer.Training, time, line => ToolConsole.WriteLine(console.Error, line));

    /// <summary>Trains to the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(TrainRequest request, CancellationToken cancellationToken)
    {
        var files = FilesOf(request);
        var model = await trainer.ModelAsync(time, cancellationToken);
        var job = await JobOfAsync(request, files, model, cancellationToken);
        ToolConsole.WriteLine(console.ProgressOf(request.Json), $"Training {job.JobId} at {trainer.Name}");
        var progress = new TrainProgress(request.Stage, time);
        var training = TrainAsync(job, files, progress, cancellationToken);
        await new ProgressView(console.ProgressOf(request.Json), time).ShowAsync(progress.Snapshots, CancellationToken.None);
        try
        {
            await GuardAsync(() => training);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new RoundInterruptedException(
                _isThere
                    ? $"Detached: training {job.JobId} goes on at {trainer.Name}. The same command follows it again; "
                        + $"'sgasa train cancel {job.JobId}' stops it."
                    : "Stopped before the training was there. The same command goes on with sending it.",
                cancellationToken);
        }

        TrainRun.Show(console, request, model.Name, await BringAsync(job.JobId, request.Output, cancellationToken));
        return ExitCodes.Success;
    }

    /// <summary>Stops a training for good.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> CancelAsync(string jobId, CancellationToken cancellationToken)
    {
        TrainingJob? job = null;
        await GuardAsync(async () => job = await Jobs.CancelAsync(jobId, cancellationToken));
        ToolConsole.WriteLine(console.Out, job!.Status == TrainingStatus.Cancelled
            ? $"Training {jobId} is cancelled."
            : $"Training {jobId} had ended before: it is {job.Status.ToString().ToLowerInvariant()}.");
        return ExitCodes.Success;
    }

    private async Task TrainAsync(
        TrainingJobSpec job, IReadOnlyList<FileToSend> files, TrainProgress progress, CancellationToken ct)
    {
        try
        {
            // One that ended without an adapter is sent, and tried, again.
            if (await Jobs.FindAsync(job.JobId, ct) is null or { Status: TrainingStatus.Failed or TrainingStatus.Cancelled })
            {
                var whole = files.Sum(file => new FileInfo(file.Path).Length);
                await Jobs.SubmitAsync(job, files, new Sent(sent => progress.Send(sent, whole)), ct);
            }
            _isThere = true;
            await foreach (var now in Jobs.WatchAsync(job.JobId, ct))
            {
                if (now.Status == TrainingStatus.Failed) throw new UserErrorException($"The training failed: {now.Error}");
                if (now.Status == TrainingStatus.Cancelled)
                    throw new UserErrorException($"Training {job.JobId} was cancelled. The same command begins it anew.");
                progress.Follow(now);
            }
        }
        finally
        {
            progress.Complete();
        }
    }

    /// <summary>Brings a training's files into its folder, in which nothing of another run may lie.</summary>
    private async Task<FineTuningResult> BringAsync(string jobId, string output, CancellationToken ct)
    {
        var partial = Path.Combine(output, ".download");
        if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
        Directory.CreateDirectory(partial);
        try
        {
            await GuardAsync(() => Jobs.DownloadAsync(jobId, partial, ct));
            var result = FineTuningResult.Find(partial)
                ?? throw new ServerFaultException($"{trainer.Name}: the result of training {jobId} did not come.");
            if (RunCheckpoints.In(output).Count > 0 || (FineTuningResult.Find(output) is { } other && other.Run != result.Run))
            {
                throw new UserErrorException(
                    $"{output}: belongs to another training. Choose another folder: the same command brings the adapter there.");
            }
            // The result last: where it is, the rest is.
            foreach (var file in Directory.EnumerateFiles(partial).Order(StringComparer.Ordinal))
                File.Move(file, Path.Combine(output, Path.GetFileName(file)), overwrite: true);
            return result;
        }
        finally
        {
            Directory.Delete(partial, recursive: true);
        }
    }

    /// <summary>What will not pass by itself, in the words of the tool.</summary>
    private async Task GuardAsync(Func<Task> ask)
    {
        try
        {
            await ask();
        }
        catch (ModelUnavailableException fault)
        {
            throw new ServerFaultException($"{trainer.Name}: {fault.Message} Check that it runs, and give the same command again.", fault);
        }
        catch (ModelRequestException fault)
        {
            throw new ServerFaultException($"{trainer.Name}: {fault.Message}", fault);
        }
    }

    /// <summary>The job, whose id follows from all that its outcome depends on.</summary>
    private static async Task<TrainingJobSpec> JobOfAsync(
        TrainRequest request, IReadOnlyList<FileToSend> files, ModelChoice model, CancellationToken ct)
    {
        var isFolder = Directory.Exists(request.Adapter);
        var job = new TrainingJobSpec
        {
            Stage = request.Arguments is DpoConfig ? "dpo" : "sft",
            ParentCheckpointId = isFolder ? "" : request.Adapter ?? "",
            Seed = request.Seed,
            LoraJson = SettingsJson.Write(request.Lora),
            ArgumentsJson = SettingsJson.Write(request.Arguments),
            TextsAsChat = request.TextsAsChat,
            EvalSplit = request.Files.EvalSplit ?? 0,
            BaseModelName = model.IsTiny ? model.Name : "",
            BaseModelFingerprint = model.Fingerprint ?? "",
        };
        if (request.Model is { } own)
        {
            // The adapter is then called the same model's as if it had been trained here.
            using var folder = ModelFolder.Open(own);
            (job.BaseModelName, job.BaseModelFingerprint) = (Path.GetFullPath(own), folder.Fingerprint);
        }
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(job.ToByteArray());
        foreach (var file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file.Name));
            await using var content = File.OpenRead(file.Path);
            hash.AppendData(await SHA256.HashDataAsync(content, ct));
        }
        job.JobId = $"train-{Convert.ToHexStringLower(hash.GetHashAndReset())[..12]}";
        return job;
    }

    private static List<FileToSend> FilesOf(TrainRequest request)
    {
        var files = request.Files.Train.Select((path, i) => new FileToSend(NameOf("train", i, path), path))
            .Concat(request.Files.Eval.Select((path, i) => new FileToSend(NameOf("eval", i, path), path)))
            .ToList();
        if (request.Adapter is { } adapter && Directory.Exists(adapter))
            files.AddRange(AdapterFiles.Select(name => new FileToSend(name, Path.Combine(adapter, name))));
        if (files.Find(file => !File.Exists(file.Path)) is { } missing)
            throw new UserErrorException($"{missing.Path}: there is no such file. Check the path.");
        return files;
    }

    /// <summary>A file's name there: in its place, and as much of its own as such a name may have.</summary>
    private static string NameOf(string kind, int place, string path)
    {
        var own = Unusual().Replace(Path.GetFileName(path), "_").TrimStart('.');
        return $"{kind}-{place:D3}-{(own.Length == 0 ? "data" : own.Length > 100 ? own[^100..].TrimStart('.') : own)}";
    }

    [GeneratedRegex("[^A-Za-z0-9._-]")]
    private static partial Regex Unusual();

    private sealed class Sent(Action<long> tell) : IProgress<long>
    {
        public void Report(long value) => tell(value);
    }
}
