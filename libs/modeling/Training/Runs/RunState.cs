using System.Text.Json;
using System.Text.Json.Serialization;
using Sgasa.Modeling.IO;
using Sgasa.Modeling.Training.Metrics;

namespace Sgasa.Modeling.Training.Runs;

/// <summary>
/// What a run knows besides weights and optimizer, as <c>trainer_state.json</c> in every checkpoint; names as in
/// transformers where it has the same thing.
/// </summary>
internal sealed record RunState
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "trainer_state.json";

    /// <summary>Names data, settings, model and the adapter that the run began with.</summary>
    public required string Run { get; init; }

    /// <summary>Steps taken.</summary>
    public int GlobalStep { get; init; }

    /// <summary>Steps of the whole run.</summary>
    public int MaxSteps { get; init; }

    /// <summary>Passes over the examples so far.</summary>
    public double Epoch { get; init; }

    /// <summary>Tokens that went through the policy so far.</summary>
    public long NumInputTokensSeen { get; init; }

    /// <summary>Sum of all steps' losses.</summary>
    public double TotalLoss { get; init; }

    /// <summary>Losses of the last tenth of the steps, at least of one.</summary>
    public IReadOnlyList<double> LastLosses { get; init; } = [];

    /// <summary>The step up to which metrics are logged.</summary>
    public int LoggedStep { get; init; }

    /// <summary>The step of the last evaluation.</summary>
    public int EvaluatedStep { get; init; }

    /// <summary>Metrics of the last evaluation.</summary>
    public IReadOnlyDictionary<string, double>? LastEvaluation { get; init; }

    /// <summary>The best value of the metric that picks the best checkpoint.</summary>
    public double? BestMetric { get; init; }

    /// <summary>The step that had it.</summary>
    public int? BestGlobalStep { get; init; }

    /// <summary>Evaluations in a row that were no better than the best.</summary>
    public int EarlyStoppingPatienceCounter { get; init; }

    /// <summary>Whether the run is to end before its last step.</summary>
    public bool StoppedEarly { get; init; }

    /// <summary>Metrics since the last log.</summary>
    public MetricsWindow Window { get; init; } = new();

    /// <summary>The state after one more step.</summary>
    public RunState After(StepMetrics step) => this with
    {
        GlobalStep = step.Step,
        Epoch = step.Epoch,
        NumInputTokensSeen = NumInputTokensSeen + step.InputTokens,
        TotalLoss = TotalLoss + step.Loss,
        LastLosses = [.. LastLosses.Append(step.Loss).TakeLast(Math.Max(1, MaxSteps / 10))],
        Window = Window.With(step),
    };

    /// <summary>The state after an evaluation.</summary>
    /// <param name="evaluation">Its metrics, with <c>eval_</c> before their names.</param>
    /// <param name="arguments">Say what is best, and when to stop.</param>
    public RunState After(IReadOnlyDictionary<string, double> evaluation, TrainingArguments arguments)
    {
        var metric = evaluation[EvalName(arguments.MetricForBestModel)];
        var gain = BestMetric is not { } best ? double.PositiveInfinity : arguments.MoreIsBetter ? metric - best : best - metric;
        var counter = gain > arguments.EarlyStoppingThreshold ? 0 : EarlyStoppingPatienceCounter + 1;
        return this with
        {
            EvaluatedStep = GlobalStep,
            LastEvaluation = evaluation,
            BestMetric = gain > 0 ? metric : BestMetric,
            BestGlobalStep = gain > 0 ? GlobalStep : BestGlobalStep,
            EarlyStoppingPatienceCounter = counter,
            StoppedEarly = counter >= arguments.EarlyStoppingPatience,
        };
    }

    /// <summary>A metric's name as evaluations are logged.</summary>
    public static string EvalName(string metric) =>
        metric.StartsWith("eval_", StringComparison.Ordinal) ? metric : "eval_" + metric;

    /// <summary>Writes the state into a checkpoint.</summary>
    public void Write(string folder) => AtomicFile.Write(
        Path.Combine(folder, FileName), stream => JsonSerializer.Serialize(stream, this, RunJson.Default.RunState));

    /// <summary>Reads a checkpoint's state.</summary>
    /// <exception cref="ModelFormatException">It is missing or damaged.</exception>
    public static RunState Read(string folder) => RunJson.Read(Path.Combine(folder, FileName), RunJson.Default.RunState);
}

/// <summary>The files of a run.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    WriteIndented = true)]
[JsonSerializable(typeof(RunState))]
[JsonSerializable(typeof(FineTuningResult))]
internal sealed partial class RunJson : JsonSerializerContext
{
    private const int MaxBytes = 16 << 20;

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelFormatException">It is missing or damaged.</exception>
    public static T Read<T>(string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > MaxBytes) throw new ModelFormatException(path, $"has {stream.Length} bytes, too many");
            return JsonSerializer.Deserialize(stream, type) ?? throw new ModelFormatException(path, "holds nothing");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new ModelFormatException(path, "is not the state of a run: " + e.Message, "Start the run in another folder", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFormatException(path, "can't be read: " + e.Message, null, e);
        }
    }
}
