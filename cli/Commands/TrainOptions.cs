using System.CommandLine;
using Sgasa.Cli.Training;
using Sgasa.Modeling;
using Sgasa.Modeling.Training;

namespace Sgasa.Cli.Commands;

/// <summary>The options that <c>train sft</c> and <c>train dpo</c> have in common; named as TRL names them.</summary>
internal sealed class TrainOptions(TrainingArguments defaults, string output)
{
    private static readonly SftConfig Defaults = new();
    private static readonly LoraConfig Lora = new();

    private readonly Option<string?> _model = CommonOptions.Model();
    private readonly Option<string[]> _data = Files(
        "--data", "Data set: JSON Lines or Parquet; several files are read one after another");
    private readonly Option<string[]> _evalData = Files("--eval-data", "Data set to evaluate on");
    private readonly Option<double?> _evalSplit = CommonOptions.OptionalValue(
        "--eval-split", "Share of the data to set apart and evaluate on, instead of --eval-data", 0.0001, 0.9999);
    private readonly Option<string?> _adapter = new("--adapter")
    {
        Description = "PEFT adapter folder to begin with [default: a fresh adapter]",
        HelpName = "FOLDER",
    };
    private readonly Option<string> _output = new("--output")
    {
        Description = "Folder of this training",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => output,
    };
    private readonly Option<int> _rank = CommonOptions.Count("--lora-r", "Rank of a fresh adapter", Lora.R, 1, 1024);
    private readonly Option<double> _alpha = CommonOptions.Value(
        "--lora-alpha", "Its alpha: updates are scaled by alpha / r", Lora.LoraAlpha, 1e-6, 1e6);
    private readonly Option<string[]> _modules = new("--lora-target-modules")
    {
        Description = "Projections that it updates, such as q_proj v_proj [default: all-linear]",
        HelpName = "NAME",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };
    private readonly Option<bool> _rslora = new("--use-rslora")
    {
        Description = "Scale its updates by alpha / sqrt(r) instead",
    };
    private readonly Option<double> _learningRate = CommonOptions.Value(
        "--learning-rate", "Peak learning rate", defaults.LearningRate, 0, 10);
    private readonly Option<string> _scheduler = CommonOptions.OneOf(
        "--lr-scheduler-type", "After the warm-up: cosine, linear, constant (without warm-up) or constant_with_warmup", "TYPE",
        "cosine", CommonOptions.Words<LrSchedulerType>());
    private readonly Option<double> _warmup = CommonOptions.Value(
        "--warmup-ratio", "Share of the steps in which the learning rate rises", Defaults.WarmupRatio, 0, 1);
    private readonly Option<int> _epochs = CommonOptions.Count("--num-train-epochs", "Passes over the data", 1, 1, 10000);
    private readonly Option<int?> _maxSteps = CommonOptions.OptionalCount(
        "--max-steps", "Steps, instead of passes over the data");
    private readonly Option<int> _batch = CommonOptions.Count(
        "--per-device-train-batch-size", "Examples computed at once", Defaults.PerDeviceTrainBatchSize, 1, 65536);
    private readonly Option<int> _accumulation = CommonOptions.Count(
        "--gradient-accumulation-steps", "Times that many are one step", Defaults.GradientAccumulationSteps, 1, 65536);
    private readonly Option<bool> _checkpointing = new("--gradient-checkpointing")
    {
        Description = "Need less memory and more time; the result is the same",
    };
    private readonly Option<int> _maxLength = CommonOptions.Count(
        "--max-length", "Longest example in tokens; the model's own limit holds too", 1024, 2);
    private readonly Option<string> _truncation = CommonOptions.OneOf(
        "--truncation-mode", "Longer ones: keep_start, keep_end, drop, or refuse to train", "MODE", "keep_start",
        CommonOptions.Words<TruncationMode>());
    private readonly Option<double> _gradNorm = CommonOptions.Value(
        "--max-grad-norm", "Largest norm of the gradients", Defaults.MaxGradNorm, 1e-9, 1e9);
    private readonly Option<double> _decay = CommonOptions.Value("--weight-decay", "Decoupled weight decay", 0, 0, 1);
    private readonly Option<int> _logging = CommonOptions.Count(
        "--logging-steps", "Log metrics every N steps", Defaults.LoggingSteps);
    private readonly Option<int?> _eval = CommonOptions.OptionalCount(
        "--eval-steps", "Evaluate every N steps [default: after each pass]");
    private readonly Option<int?> _save = CommonOptions.OptionalCount(
        "--save-steps", "Save a checkpoint every N steps [default: after each pass]");
    private readonly Option<int?> _limit = CommonOptions.OptionalCount(
        "--save-total-limit", "Checkpoints to keep, the best and the newest among them [default: all]");
    private readonly Option<bool> _best = new("--load-best-model-at-end")
    {
        Description = "Make the best checkpoint the result, not the last step",
    };
    private readonly Option<string> _metric = new("--metric-for-best-model")
    {
        Description = "The evaluation's metric that says which is best",
        HelpName = "METRIC",
        DefaultValueFactory = _ => Defaults.MetricForBestModel,
    };
    private readonly Option<int?> _patience = CommonOptions.OptionalCount(
        "--early-stopping-patience", "Stop after N evaluations without a gain [default: never]");
    private readonly Option<double> _threshold = CommonOptions.Value(
        "--early-stopping-threshold", "Smaller gains count as none", 0, 0, 1e9);
    private readonly Option<bool> _chat = new("--texts-as-chat")
    {
        Description = "Take texts as what a user says and an assistant answers",
    };
    private readonly Option<long> _seed = new("--seed")
    {
        Description = "Seed of a fresh adapter, of the order of examples and of --eval-split",
        HelpName = "N",
        DefaultValueFactory = _ => 42,
        CustomParser = result => CommonOptions.Number(result, "--seed", 0, long.MaxValue),
    };
    private readonly Option<string> _device = CommonOptions.Device();
    private readonly Option<string> _dtype = CommonOptions.Dtype();
    private readonly Option<bool> _json = CommonOptions.Json();

    /// <summary>Gives a command these options, and some of its own behind the first few.</summary>
    public void AddTo(Command command, params IEnumerable<Option> own)
    {
        _data.Required = true;
        Option[] all =
        [
            _model, _data, _evalData, _evalSplit, _adapter, _output, _rank, _alpha, _modules, _rslora, .. own, _learningRate, _scheduler,
            _warmup, _epochs, _maxSteps, _batch, _accumulation, _checkpointing, _maxLength, _truncation, _gradNorm, _decay, _logging,
            _eval, _save, _limit, _best, _metric, _patience, _threshold, _chat, _seed, _device, _dtype, _json,
        ];
        foreach (var option in all) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_evalSplit) is not null && result.GetValue(_evalData) is { Length: > 0 })
                result.AddError("--eval-split and --eval-data can't both be given");
            var evaluates = result.GetValue(_evalSplit) is not null || result.GetValue(_evalData) is { Length: > 0 };
            if (!evaluates && (result.GetValue(_best) || result.GetValue(_patience) is not null))
                result.AddError("--load-best-model-at-end and --early-stopping-patience need --eval-data or --eval-split");
        });
    }

    /// <summary>Settings with the common options filled in.</summary>
    public TrainingArguments Fill(ParseResult parsed, TrainingArguments arguments) => arguments with
    {
        LearningRate = parsed.GetValue(_learningRate),
        LrSchedulerType = CommonOptions.Member<LrSchedulerType>(parsed.GetRequiredValue(_scheduler)),
        WarmupRatio = parsed.GetValue(_warmup),
        NumTrainEpochs = parsed.GetValue(_epochs),
        MaxSteps = parsed.GetValue(_maxSteps),
        PerDeviceTrainBatchSize = parsed.GetValue(_batch),
        PerDeviceEvalBatchSize = parsed.GetValue(_batch),
        GradientAccumulationSteps = parsed.GetValue(_accumulation),
        GradientCheckpointing = parsed.GetValue(_checkpointing),
        MaxLength = parsed.GetValue(_maxLength),
        TruncationMode = CommonOptions.Member<TruncationMode>(parsed.GetRequiredValue(_truncation)),
        MaxGradNorm = parsed.GetValue(_gradNorm),
        WeightDecay = parsed.GetValue(_decay),
        ShuffleSeed = (ulong)parsed.GetValue(_seed),
        LoggingSteps = parsed.GetValue(_logging),
        EvalSteps = parsed.GetValue(_eval),
        SaveSteps = parsed.GetValue(_save),
        SaveTotalLimit = parsed.GetValue(_limit),
        LoadBestModelAtEnd = parsed.GetValue(_best),
        MetricForBestModel = parsed.GetRequiredValue(_metric),
        EarlyStoppingPatience = parsed.GetValue(_patience),
        EarlyStoppingThreshold = parsed.GetValue(_threshold),
    };

    /// <summary>Options that only a training in this process can be told.</summary>
    public IReadOnlyList<Option> OfThisMachine => [_device, _dtype];

    /// <summary>What was asked for.</summary>
    public TrainRequest Request(ParseResult parsed, TrainingArguments arguments) => new()
    {
        Model = parsed.GetValue(_model),
        Files = new TrainingFiles
        {
            Train = parsed.GetRequiredValue(_data),
            Eval = parsed.GetValue(_evalData) ?? [],
            EvalSplit = parsed.GetValue(_evalSplit),
            Seed = (ulong)parsed.GetValue(_seed),
        },
        Adapter = parsed.GetValue(_adapter),
        Output = parsed.GetRequiredValue(_output),
        Lora = new LoraConfig
        {
            R = parsed.GetValue(_rank),
            LoraAlpha = parsed.GetValue(_alpha),
            TargetModules = parsed.GetValue(_modules) is { Length: > 0 } named and not ["all-linear"] ? named : LoraConfig.AllLinear,
            UseRslora = parsed.GetValue(_rslora),
        },
        Arguments = arguments,
        Seed = (ulong)parsed.GetValue(_seed),
        TextsAsChat = parsed.GetValue(_chat),
        Device = parsed.GetRequiredValue(_device),
        Dtype = parsed.GetRequiredValue(_dtype),
        Json = parsed.GetValue(_json),
    };

    private static Option<string[]> Files(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };
}
