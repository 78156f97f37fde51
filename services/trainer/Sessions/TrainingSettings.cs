using Sgasa.Contracts;
using Sgasa.Modeling;
using Sgasa.Modeling.Training;
using Sgasa.Trainer.Jobs;

namespace Sgasa.Trainer.Sessions;

/// <summary>Says a recipe in the words of the modeling library.</summary>
internal static class TrainingSettings
{
    /// <summary>The adapter that a fresh training begins with.</summary>
    public static LoraConfig Lora(LoraRecipe recipe) => new() { Rank = recipe.Rank, Alpha = recipe.Alpha };

    /// <summary>Seed of a fresh adapter's values.</summary>
    public static ulong AdapterSeed(string jobId, long seed) => (ulong)Seeds.Derive(seed, jobId);

    /// <summary>The settings of an SFT run.</summary>
    public static SftConfig Sft(string jobId, TrainingSpecification specification, int maxLength) =>
        With(new SftConfig(), specification.Recipe.Sft, jobId, specification, maxLength);

    /// <summary>The settings of a DPO run.</summary>
    public static DpoConfig Dpo(string jobId, TrainingSpecification specification, int maxLength) => With(
        new DpoConfig { Beta = specification.Recipe.Dpo.Beta }, specification.Recipe.Dpo, jobId, specification, maxLength);

    /// <summary>Longest sequence that is trained on: the recipe's limit, or the model's.</summary>
    public static int MaxLength(TrainingRecipe recipe, ModelConfig model) =>
        Math.Min(recipe.MaxLength, model.ContextLength);

    /// <summary>
    /// The largest micro-batch, not above the recipe's, that cuts a batch evenly: the batch is what the recipe
    /// promises.
    /// </summary>
    public static int MicroBatch(TrainingRecipe recipe)
    {
        var size = Math.Min(recipe.MicroBatchSize, recipe.BatchSize);
        while (recipe.BatchSize % size != 0) size--;
        return size;
    }

    private static ulong OrderSeed(string jobId, long seed) => (ulong)Seeds.Derive(seed, jobId + "/order");

    private static T With<T>(T config, TrainingRecipe recipe, string jobId, TrainingSpecification specification, int maxLength)
        where T : TrainingArguments => (T)((TrainingArguments)config with
        {
            LearningRate = recipe.LearningRate,
            WarmupRatio = recipe.WarmupRatio,
            NumTrainEpochs = recipe.Epochs,
            PerDeviceTrainBatchSize = MicroBatch(recipe),
            GradientAccumulationSteps = recipe.BatchSize / MicroBatch(recipe),
            MaxGradNorm = recipe.MaxGradNorm,
            WeightDecay = recipe.WeightDecay,
            ShuffleSeed = OrderSeed(jobId, specification.Seed),
            MaxLength = maxLength,
        });
}
