using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sgasa.Modeling.IO;
using Sgasa.Modeling.Training.Metrics;
using Sgasa.Modeling.Training.Runs;
using TorchSharp;

namespace Sgasa.Modeling.Training;

/// <summary>
/// A whole fine-tuning in one folder: steps, metrics, evaluations, checkpoints, early stopping, and at the end the adapter. A
/// run that was stopped or killed goes on from its last checkpoint when it is run again, and ends in the same bits.
/// </summary>
/// <remarks>
/// <para>The folder holds <c>adapter_config.json</c> and <c>adapter_model.safetensors</c> (the result),
/// <c>checkpoint-N</c> (adapter in PEFT's format, and the exact state), <c>metrics.jsonl</c>, <c>runs</c> (TensorBoard) and
/// <c>train_results.json</c>.</para>
/// <para>All calls belong to the one thread that owns the model.</para>
/// </remarks>
public sealed class FineTuningRun
{
    private const string UpdateSuffix = ".lora_B.weight";

    private readonly ITrainer _trainer;
    private readonly FineTuningRunOptions _options;
    private readonly TrainingArguments _arguments;
    private RunState _state;

    /// <summary>Prepares a run; nothing is written yet.</summary>
    /// <param name="trainer">The trainer, before its first step; it stays the caller's.</param>
    /// <param name="options">Where the run keeps what it makes.</param>
    /// <exception cref="ArgumentException">
    /// The trainer has begun, or an evaluation is asked for that it can't make: without examples, or of an unknown metric.
    /// </exception>
    public FineTuningRun(ITrainer trainer, FineTuningRunOptions options)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(options);
        (_trainer, _options, _arguments) = (trainer, options, trainer.Arguments);
        if (trainer.CurrentStep > 0) throw new ArgumentException("The trainer has taken steps already.", nameof(trainer));
        if (trainer.EvalExampleCount == 0 && (_arguments.LoadBestModelAtEnd || _arguments.EarlyStoppingPatience is not null))
        {
            throw new ArgumentException(
                "The best checkpoint and early stopping need an evaluation set, and the trainer was given none.",
                nameof(trainer));
        }
        if (!trainer.MetricNames.Contains(Bare(_arguments.MetricForBestModel)))
        {
            var names = string.Join(", ", trainer.MetricNames);
            throw new ArgumentException(
                $"'{_arguments.MetricForBestModel}' is no metric of an evaluation: take one of {names}.",
                nameof(trainer));
        }
        _state = new RunState { Run = Identify(), MaxSteps = trainer.Steps };
    }

    /// <summary>Trains to the end, from where the folder's last checkpoint is.</summary>
    /// <param name="cancellationToken">Stops after the step at hand, with a checkpoint, so that nothing is lost.</param>
    /// <returns>How it ended; at once where it had ended before.</returns>
    /// <exception cref="ModelFormatException">The folder can't be written, is in use, or holds another run.</exception>
    /// <exception cref="TrainingDivergedException">The loss or the gradients are not finite.</exception>
    public FineTuningResult Run(CancellationToken cancellationToken = default)
    {
        using var folder = RunFolder.Open(_options.OutputFolder);
        if (Finished(folder) is { } result) return result;
        Continue(folder);
        using var jsonLines = JsonLinesMetricsWriter.Open(folder.MetricsFile, _state.GlobalStep);
        using var tensorBoard =
            _options.TensorBoard ? TensorBoardWriter.Open(folder.TensorBoardFolder, _state.GlobalStep, _options.Time) : null;
        IMetricsWriter[] writers = tensorBoard is null ? [jsonLines] : [jsonLines, tensorBoard];
        writers = [.. writers, .. _options.Writers];
        try
        {
            for (AfterStep(folder, writers, cancellationToken); !IsOver; AfterStep(folder, writers, cancellationToken))
            {
                var step = _trainer.Step(cancellationToken);
                _state = _state.After(step);
                _options.OnStep?.Invoke(step);
            }
        }
        catch (OperationCanceledException)
        {
            foreach (var writer in writers) writer.Flush();
            if (_state.GlobalStep > 0) Save(folder);
            throw;
        }
        return Finish(folder, writers);
    }

    private bool IsOver => _state.GlobalStep >= _trainer.Steps || _state.StoppedEarly;

    /// <summary>Does what is due after a step and not done yet: after a resume, all of it may be.</summary>
    private void AfterStep(RunFolder folder, IReadOnlyList<IMetricsWriter> writers, CancellationToken cancellationToken)
    {
        if (_state.GlobalStep == 0) return;
        if (IsDue(_arguments.LoggingSteps)) Log(writers);
        if (_trainer.EvalExampleCount > 0 && _state.EvaluatedStep < _state.GlobalStep && IsDue(_arguments.EvalSteps))
            Evaluate(writers, cancellationToken);
        if (_state.StoppedEarly) Log(writers);
        var isBest = _state.BestGlobalStep == _state.GlobalStep;
        if (!isBest && !_state.StoppedEarly && !IsDue(_arguments.SaveSteps)) return;
        // What a checkpoint takes for written must be on the disk before it.
        foreach (var writer in writers) writer.Flush();
        Save(folder);
    }

    private bool IsDue(int? interval) =>
        _state.GlobalStep % (interval ?? _trainer.StepsPerEpoch) == 0 || _state.GlobalStep == _trainer.Steps;

    private void Log(IReadOnlyList<IMetricsWriter> writers)
    {
        if (_state.LoggedStep == _state.GlobalStep) return;
        Write(writers, _state.Window.Logged(_state.NumInputTokensSeen));
        _state = _state with { LoggedStep = _state.GlobalStep, Window = new MetricsWindow() };
    }

    private void Evaluate(IReadOnlyList<IMetricsWriter> writers, CancellationToken cancellationToken)
    {
        var values = _trainer.Evaluate(cancellationToken)
            .ToDictionary(value => RunState.EvalName(value.Key), value => value.Value);
        Write(writers, values);
        _state = _state.After(values, _arguments);
    }

    private void Write(IReadOnlyList<IMetricsWriter> writers, Dictionary<string, double> values)
    {
        var entry = new MetricsEntry(_state.GlobalStep, _state.Epoch, values);
        foreach (var writer in writers) writer.Write(entry);
    }

    private void Save(RunFolder folder)
    {
        folder.Save(_state.GlobalStep, path =>
        {
            SaveAdapter(path);
            _trainer.SaveState(path);
            _state.Write(path);
        });
        folder.Prune(_arguments.SaveTotalLimit, _state.BestGlobalStep);
    }

    private void SaveAdapter(string path) =>
        PeftAdapter.Save(path, _trainer.Adapter, _options.BaseModel, _options.BaseModelFingerprint);

    private FineTuningResult? Finished(RunFolder folder)
    {
        if (!File.Exists(folder.ResultFile)) return null;
        var result = RunJson.Read(folder.ResultFile, RunJson.Default.FineTuningResult);
        if (result.Run != _state.Run) throw OfAnotherRun(folder.ResultFile);
        LoadAdapter(folder.Root);
        return result;
    }

    /// <summary>Goes to the newest checkpoint that is whole; one that a failing disk damaged is passed over.</summary>
    private void Continue(RunFolder folder)
    {
        foreach (var path in folder.Checkpoints().Select(folder.CheckpointOf))
        {
            RunState state;
            try
            {
                state = RunState.Read(path);
                if (state.Run == _state.Run) _trainer.LoadState(path);
            }
            catch (ModelFormatException)
            {
                continue;
            }
            if (state.Run != _state.Run) throw OfAnotherRun(path);
            _state = state;
            return;
        }
    }

    private FineTuningResult Finish(RunFolder folder, IReadOnlyList<IMetricsWriter> writers)
    {
        foreach (var writer in writers) writer.Flush();
        var step = _arguments.LoadBestModelAtEnd && _state.BestGlobalStep is { } best ? best : _state.GlobalStep;
        if (step != _state.GlobalStep) LoadAdapter(folder.CheckpointOf(step));
        SaveAdapter(folder.Root);
        var result = new FineTuningResult
        {
            Run = _state.Run,
            GlobalStep = _state.GlobalStep,
            Epoch = _state.Epoch,
            TrainLoss = _state.TotalLoss / _state.GlobalStep,
            NumTokens = _state.NumInputTokensSeen,
            StoppedEarly = _state.StoppedEarly,
            AdapterStep = step,
            BestMetric = _state.BestMetric,
            BestGlobalStep = _state.BestGlobalStep,
            LastEvaluation = _state.LastEvaluation,
        };
        AtomicFile.Write(folder.ResultFile, stream => JsonSerializer.Serialize(stream, result, RunJson.Default.FineTuningResult));
        return result;
    }

    private void LoadAdapter(string path)
    {
        var adapter = _trainer.Adapter;
        using var noGrad = torch.no_grad();
        var device = adapter.Parameters.Values.device;
        using var stored = PeftAdapter.Load(path, adapter.ModelConfig, _options.BaseModelFingerprint, device);
        adapter.Parameters.Values.copy_(stored.Parameters.Values);
        adapter.Revision++;
    }

    private static bool IsUpdate(string name) => name.EndsWith(UpdateSuffix, StringComparison.Ordinal);

    private static ModelFormatException OfAnotherRun(string path) => new(
        path,
        "belongs to a run with other data, settings, model or starting adapter",
        "Choose another folder, or remove this one");

    private static string Bare(string metric) =>
        metric.StartsWith("eval_", StringComparison.Ordinal) ? metric["eval_".Length..] : metric;

    private string Identify()
    {
        var adapter = _trainer.Adapter;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(FormattableString text) =>
            hash.AppendData(Encoding.UTF8.GetBytes(text.ToString(CultureInfo.InvariantCulture) + "\n"));
        Add($"{_trainer.Fingerprint} {_options.BaseModelFingerprint}");
        foreach (var module in adapter.NamedParameters.Keys.Where(IsUpdate).Select(name => name[..^UpdateSuffix.Length]))
            Add($"{module} {adapter.Config.RankOf(module)} {adapter.Config.ScalingOf(module)}");
        using var host = adapter.Parameters.Values.detach().cpu().contiguous();
        hash.AppendData(host.bytes);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
