using System.Globalization;
using Sgasa.Contracts;

namespace Sgasa.Hosting.Recipes;

/// <summary>What a recipe's values must be to each other.</summary>
internal static class RecipeRules
{
    /// <summary>The first rule that is broken: the key to change, the other one concerned, the problem; null for none.</summary>
    public static (string Path, string Against, string Problem)? FirstBroken(Recipe recipe)
    {
        var (prompts, sftData, dpoData) = (recipe.Augmentation.PromptsPerLabel, recipe.SftData, recipe.DpoData);
        return AtMost("sftData.minimumPerLabel", sftData.MinimumPerLabel, "sftData.pairsPerLabel", sftData.PairsPerLabel)
            ?? AtMost("sftData.pairsPerLabel", sftData.PairsPerLabel, "augmentation.promptsPerLabel", prompts)
            ?? AtMost("dpoData.minimumPerLabel", dpoData.MinimumPerLabel, "dpoData.harmfulPairs", dpoData.HarmfulPairs)
            ?? AtMost("dpoData.minimumPerLabel", dpoData.MinimumPerLabel, "dpoData.benignPairs", dpoData.BenignPairs)
            ?? AtMost("dpoData.harmfulPairs", dpoData.HarmfulPairs, "augmentation.promptsPerLabel", prompts)
            ?? AtMost("dpoData.benignPairs", dpoData.BenignPairs, "augmentation.promptsPerLabel", prompts)
            ?? AtMost("sft.microBatchSize", recipe.Sft.MicroBatchSize, "sft.batchSize", recipe.Sft.BatchSize)
            ?? AtMost("dpo.microBatchSize", recipe.Dpo.MicroBatchSize, "dpo.batchSize", recipe.Dpo.BatchSize)
            ?? (dpoData.Sampling.Temperature > 0
                ? null
                : ("dpoData.sampling.temperature", "dpoData.sampling",
                    "is 0: all samples of a prompt would be the same and give no pair. Give more than 0"));
    }

    private static (string Path, string Against, string Problem)? AtMost(string path, int value, string against, int limit) =>
        value <= limit
            ? null
            : (path, against, string.Create(
                CultureInfo.InvariantCulture,
                $"is {value}, more than '{against}', which is {limit}. Lower it, or raise '{against}'"));
}
