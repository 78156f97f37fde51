using System.Text.Json;
using System.Text.Json.Nodes;
using Sgasa.Contracts;
using Sgasa.Modeling;
using Sgasa.Modeling.Training;

namespace Sgasa.Coordinator.Rounds;

/// <summary>
/// What a recipe counts as in a round's id: the numbers that the first version had, as it wrote them, and of those that came later
/// the ones that are not as they were without saying. So ids stay, and the seeds that derive from them, when a recipe learns a new word.
/// </summary>
internal static class RecipeIdentity
{
    private static readonly Recipe Unsaid = new();

    /// <summary>The recipe as it is hashed.</summary>
    public static JsonObject Of(Recipe recipe)
    {
        var json = Json(recipe);
        json["lora"] = Group(json, "lora", Written(recipe.Lora), ["r", "loraAlpha"]);
        json["sft"] = Group(json, "sft", Written(recipe.Sft), Trained);
        var dpo = Written(recipe.Dpo);
        dpo.Insert(0, "beta", recipe.Dpo.Beta);
        json["dpo"] = Group(json, "dpo", dpo, [.. Trained, "beta"]);
        return json;
    }

    private static string[] Trained =>
    [
        "numTrainEpochs", "learningRate", "warmupRatio", "perDeviceTrainBatchSize", "gradientAccumulationSteps", "weightDecay",
        "maxGradNorm", "maxLength", "saveSteps",
    ];

    private static JsonObject Written(LoraConfig lora) => new() { ["rank"] = lora.R, ["alpha"] = lora.LoraAlpha };

    private static JsonObject Written(TrainingArguments arguments) => new()
    {
        ["epochs"] = arguments.NumTrainEpochs,
        ["learningRate"] = arguments.LearningRate,
        ["warmupRatio"] = arguments.WarmupRatio,
        ["batchSize"] = arguments.EffectiveBatchSize,
        ["microBatchSize"] = arguments.PerDeviceTrainBatchSize,
        ["weightDecay"] = arguments.WeightDecay,
        ["maxGradNorm"] = arguments.MaxGradNorm,
        ["maxLength"] = arguments.MaxLength,
        ["saveEvery"] = arguments.SaveSteps,
    };

    /// <summary>The numbers as first written, then those of the group that are said otherwise than unsaid.</summary>
    private static JsonObject Group(JsonObject recipe, string name, JsonObject written, string[] known)
    {
        var unsaid = Json(Unsaid)[name]!.AsObject();
        foreach (var (key, value) in recipe[name]!.AsObject())
        {
            if (!known.Contains(key) && !JsonNode.DeepEquals(value, unsaid[key])) written[key] = value?.DeepClone();
        }
        return written;
    }

    private static JsonObject Json(Recipe recipe) =>
        JsonSerializer.SerializeToNode(recipe, RoundIdentityJson.Default.Recipe)!.AsObject();
}
