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
public sealed class FineTuningRun : IFineTuningRun
{
    private const string UpdateSuffix = ".lora_B.weight";

    private readonly ITrainer _trainer;
    private readonly FineTuningRunOptions _options;
    private readonly TrainingArguments _arguments;
    private readonly RunFolder _folder;
    private readonly RunMetrics? _metrics;
    private readonly FineTuningResult? _finished;
    private RunState _state;
    private RunState? _saved;

    private FineTuningRun(ITrainer trainer, FineTuningRunOptions options, RunFolder folder)
    {
        (_trainer, _options, _arguments, _folder) = (trainer, options, trainer.Arguments, folder);
        _state = new RunState { Run = Identify(), MaxSteps = trainer.Steps };
        _finished = Finished();
        if (_finished is not null) return;
        Continue();
        _metrics = RunMetrics.Open(folder, options, _state.GlobalStep);
    }

    /// <summary>Begins a run in its folder, or goes on from the folder's last checkpoint.</summary>
    /// <param name="trainer">The trainer, before its first step; it stays the caller's.</param>
    /// <param name="options">Where the run keeps what it makes.</param>
    /// <param name="cancellationToken">Cancels an evaluation that was due when an earlier process ended.</param>
    /// <exception cref="ArgumentException">
    /// The trainer has begun, or an evaluation is asked for that it can't make: without examples, or of an unknown metric.
    /// </exception>
    /// <exception cref="ModelFormatException">A file of the run is damaged.</exception>
    /// <exception cref="TrainingFolderException">The folder can't be written, is in use, or holds another run.</exception>
    public static FineTuningRun Open(
        ITrainer trainer, FineTuningRunOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(options);
        Check(trainer);
        var folder = RunFolder.Open(options.OutputFolder);
        FineTuningRun? run = null;
        try
        {
            run = new FineTuningRun(trainer, options, folder);
            if (run._finished is null) run.AfterStep(cancellationToken);
            return run;
        }
        catch
        {
            run?._metrics?.Dispose();
            folder.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int GlobalStep => _finished?.GlobalStep ?? _state.GlobalStep;

    /// <inheritdoc/>
    public int MaxSteps => _trainer.Steps;

    /// <inheritdoc/>
    public int ExampleCount => _trainer.ExampleCount;

    /// <inheritdoc/>
    public int Dropped => _trainer.Dropped;

    /// <inheritdoc/>
    public int CheckpointStep => _saved?.GlobalStep ?? 0;

    /// <inheritdoc/>
    public bool IsOver => _finished is not null || _state.GlobalStep >= _trainer.Steps || _state.StoppedEarly;

    /// <inheritdoc/>
    public StepMetrics Step(CancellationToken cancellationToken = default)
    {
        if (IsOver) throw new InvalidOperationException("The run is over.");
        var step = _trainer.Step(cancellationToken);
        _state = _state.After(step);
        _options.OnStep?.Invoke(step);
        AfterStep(cancellationToken);
        return step;
    }

    /// <inheritdoc/>
    public void Checkpoint()
    {
        if (_metrics is null || _state.GlobalStep == 0 || ReferenceEquals(_saved, _state)) return;
        // What a checkpoint takes for written must be on the disk before it.
        _metrics.Flush();
        _folder.Save(_state.GlobalStep, path =>
        {
            SaveAdapter(path);
            _trainer.SaveState(path);
            _state.Write(path);
        });
        _folder.Prune(_arguments.SaveTotalLimit, _state.BestGlobalStep);
        _saved = _state;
    }

    /// <inheritdoc/>
    public FineTuningResult Finish()
    {
        if (_finished is not null) return _finished;
        if (!IsOver) throw new InvalidOperationException($"{_trainer.Steps - _state.GlobalStep} steps are left.");
        _metrics!.Flush();
        var step = _arguments.LoadBestModelAtEnd && _state.BestGlobalStep is { } best ? best : _state.GlobalStep;
        if (step != _state.GlobalStep) LoadAdapter(_folder.CheckpointOf(step));
        SaveAdapter(_folder.Root);
        var result = new FineTuningResult
        {
            Run = _state.Run,
            ExampleCount = _trainer.ExampleCount,
            EvalExampleCount = _trainer.EvalExampleCount,
            Truncated = _trainer.Truncated,
            Dropped = _trainer.Dropped,
            GlobalStep = _state.GlobalStep,
            Epoch = _state.Epoch,
            TrainLoss = _state.TotalLoss / _state.GlobalStep,
            FinalLoss = _state.LastLosses.DefaultIfEmpty().Average(),
            NumTokens = _state.NumInputTokensSeen,
            StoppedEarly = _state.StoppedEarly,
            AdapterStep = step,
            BestMetric = _state.BestMetric,
            BestGlobalStep = _state.BestGlobalStep,
            LastEvaluation = _state.LastEvaluation,
        };
        AtomicFile.Write(_folder.ResultFile, stream => JsonSerializer.Serialize(stream, result, RunJson.Default.FineTuningResult));
        return result;
    }

    /// <summary>Lets go of the folder; what was not checkpointed is taken again by the next process.</summary>
    public void Dispose()
    {
        _metrics?.Dispose();
        _folder.Dispose();
    }

    private static void Check(ITrainer trainer)
    {
        var arguments = trainer.Arguments;
        if (trainer.CurrentStep > 0) throw new ArgumentException("The trainer has taken steps already.", nameof(trainer));
        if (trainer.EvalExampleCount == 0 && (arguments.LoadBestModelAtEnd || arguments.EarlyStoppingPatience is not null))
        {
            throw new ArgumentException(
                "The best checkpoint and early stopping need an evaluation set, and the trainer was given none.",
                nameof(trainer));
        }
        if (!trainer.MetricNames.Contains(Bare(arguments.MetricForBestModel)))
        {
            var names = string.Join(", ", trainer.MetricNames);
            throw new ArgumentException(
                $"'{arguments.MetricForBestModel}' is no metric of an evaluation: take one of {names}.",
                nameof(trainer));
        }
    }

    /// <summary>Does what is due after a step and not done yet: after a resume, all of it may be.</summary>
    private void AfterStep(CancellationToken cancellationToken)
    {
        if (_state.GlobalStep == 0) return;
        if (IsDue(_arguments.LoggingSteps)) Log();
        if (_trainer.EvalExampleCount > 0 && _state.EvaluatedStep < _state.GlobalStep && IsDue(_arguments.EvalSteps))
            Evaluate(cancellationToken);
        if (_state.StoppedEarly) Log();
        if (_state.BestGlobalStep == _state.GlobalStep || _state.StoppedEarly || IsDue(_arguments.SaveSteps)) Checkpoint();
    }

    private bool IsDue(int? interval) =>
        _state.GlobalStep % (interval ?? _trainer.StepsPerEpoch) == 0 || _state.GlobalStep == _trainer.Steps;

    private void Log()
    {
        if (_state.LoggedStep == _state.GlobalStep) return;
        Write(_state.Window.Logged(_state.NumInputTokensSeen));
        _state = _state with { LoggedStep = _state.GlobalStep, Window = new MetricsWindow() };
    }

    private void Evaluate(CancellationToken cancellationToken)
    {
        var values = _trainer.Evaluate(cancellationToken)
            .ToDictionary(value => RunState.EvalName(value.Key), value => value.Value);
        Write(values);
        _state = _state.After(values, _arguments);
    }

    private void Write(Dictionary<string, double> values) =>
        _metrics!.Write(new MetricsEntry(_state.GlobalStep, _state.Epoch, values));

    private void SaveAdapter(string path) =>
        PeftAdapter.Save(path, _trainer.Adapter, _options.BaseModel, _options.BaseModelFingerprint);

    private FineTuningResult? Finished()
    {
        if (!File.Exists(_folder.ResultFile)) return null;
        var result = RunJson.Read(_folder.ResultFile, RunJson.Default.FineTuningResult);
        if (result.Run != _state.Run) throw OfAnotherRun(_folder.ResultFile);
        LoadAdapter(_folder.Root);
        return result;
    }

    /// <summary>Goes to the newest checkpoint that is whole; one that a failing disk damaged is passed over.</summary>
    private void Continue()
    {
        foreach (var path in _folder.Checkpoints().Select(_folder.CheckpointOf))
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
            _state = _saved = state;
            return;
        }
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

    private static TrainingFolderException OfAnotherRun(string path) => new(
        path,
        "belongs to a run with other data, settings, model or starting adapter",
        "Choose another folder, or remove this one")
    {
        HoldsAnotherRun = true,
    };

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
