using Sgasa.Modeling;
using Sgasa.Modeling.Training;

namespace Sgasa.Contracts;

/// <summary>
/// What a recipe may say of the settings that it shares with the modeling library, and what these were called before they took
/// TRL's and PEFT's names.
/// </summary>
public static class RecipeKeys
{
    private const string NoEvaluationSet = "a round trains without an evaluation set, and evaluates with its own suite";

    private static readonly Dictionary<(Type, string), string> Fixed = new()
    {
        [(typeof(LoraConfig), nameof(LoraConfig.LoraDropout))] = "adapters are trained without dropout",
        [(typeof(SamplingConfig), nameof(SamplingConfig.RepetitionPenalty))] = "not every model server has it",
        [(typeof(TrainingArguments), nameof(TrainingArguments.ShuffleSeed))] = "the order of the pairs follows from the round's seed",
        [(typeof(TrainingArguments), nameof(TrainingArguments.LoggingSteps))] = "the trainer tells of every step",
        [(typeof(TrainingArguments), nameof(TrainingArguments.SaveTotalLimit))] = "the trainer keeps the newest state",
        [(typeof(TrainingArguments), nameof(TrainingArguments.PerDeviceEvalBatchSize))] = NoEvaluationSet,
        [(typeof(TrainingArguments), nameof(TrainingArguments.EvalSteps))] = NoEvaluationSet,
        [(typeof(TrainingArguments), nameof(TrainingArguments.LoadBestModelAtEnd))] = NoEvaluationSet,
        [(typeof(TrainingArguments), nameof(TrainingArguments.MetricForBestModel))] = NoEvaluationSet,
        [(typeof(TrainingArguments), nameof(TrainingArguments.GreaterIsBetter))] = NoEvaluationSet,
        [(typeof(TrainingArguments), nameof(TrainingArguments.EarlyStoppingPatience))] = NoEvaluationSet,
        [(typeof(TrainingArguments), nameof(TrainingArguments.EarlyStoppingThreshold))] = NoEvaluationSet,
    };

    private static readonly Dictionary<(Type, string), string> Earlier = new()
    {
        [(typeof(LoraConfig), "rank")] = nameof(LoraConfig.R),
        [(typeof(LoraConfig), "alpha")] = nameof(LoraConfig.LoraAlpha),
        [(typeof(TrainingArguments), "epochs")] = nameof(TrainingArguments.NumTrainEpochs),
        [(typeof(TrainingArguments), "saveEvery")] = nameof(TrainingArguments.SaveSteps),
    };

    /// <summary>Earlier key of a training's examples per optimizer step; now two keys, see <see cref="Batches"/>.</summary>
    public const string EarlierBatchSize = "batchSize";

    /// <summary>Earlier key of a training's examples per forward pass.</summary>
    public const string EarlierMicroBatchSize = "microBatchSize";

    /// <summary>Why a recipe can't set a property, as a clause; null where it can.</summary>
    /// <param name="declaring">The type that declares the property.</param>
    /// <param name="property">The property's name.</param>
    public static string? ReasonAgainst(Type declaring, string property) => Fixed.GetValueOrDefault((declaring, property));

    /// <summary>The property that a key of an earlier version stands for; null where it is no such key.</summary>
    /// <param name="group">The settings' type.</param>
    /// <param name="key">The key as written.</param>
    public static string? NowCalled(Type group, string key) =>
        Earlier.GetValueOrDefault((group, key)) ?? (group.BaseType is { } basis ? NowCalled(basis, key) : null);

    /// <summary>
    /// Examples computed at once, and how many of these make a step: the most, not above <paramref name="microBatchSize"/>, that cut a
    /// step of <paramref name="batchSize"/> examples evenly.
    /// </summary>
    public static (int PerDeviceTrainBatchSize, int GradientAccumulationSteps) Batches(int batchSize, int microBatchSize)
    {
        var size = Math.Clamp(microBatchSize, 1, batchSize);
        while (batchSize % size != 0) size--;
        return (size, batchSize / size);
    }
}
