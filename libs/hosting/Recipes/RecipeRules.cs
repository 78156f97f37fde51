using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using Sgasa.Contracts;
using Sgasa.Modeling;

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
            ?? Samplings(recipe).Select(s => TooLong($"{s.Path}.maxNewTokens", s.Path, s.Sampling)).FirstOrDefault(s => s is not null)
            ?? Unsound("lora", recipe.Lora)
            ?? Unsound("sft", recipe.Sft)
            ?? Unsound("dpo", recipe.Dpo)
            ?? (dpoData.Sampling.Temperature > 0
                ? null
                : ("dpoData.sampling.temperature", "dpoData.sampling",
                    "is 0: all samples of a prompt would be the same and give no pair. Give more than 0"));
    }

    private static IEnumerable<(string Path, SamplingConfig Sampling)> Samplings(Recipe recipe) =>
    [
        ("guidelines.sampling", recipe.Guidelines.Sampling),
        ("guidelines.verificationSampling", recipe.Guidelines.VerificationSampling),
        ("augmentation.sampling", recipe.Augmentation.Sampling),
        ("augmentation.classificationSampling", recipe.Augmentation.ClassificationSampling),
        ("sftData.sampling", recipe.SftData.Sampling),
        ("sftData.scoringSampling", recipe.SftData.ScoringSampling),
        ("dpoData.sampling", recipe.DpoData.Sampling),
        ("dpoData.scoringSampling", recipe.DpoData.ScoringSampling),
        ("evaluation.sampling", recipe.Evaluation.Sampling),
    ];

    private static (string Path, string Against, string Problem)? TooLong(string path, string group, SamplingConfig sampling) =>
        sampling.MaxNewTokens <= SamplingConfig.MostNewTokens
            ? null
            : (path, group, string.Create(
                CultureInfo.InvariantCulture,
                $"is {sampling.MaxNewTokens}, more than a service gives a response. Give at most {SamplingConfig.MostNewTokens}"));

    /// <summary>What settings say themselves about their values together.</summary>
    private static (string Path, string Against, string Problem)? Unsound(string group, IValidatableObject settings)
    {
        if (settings.Validate(new ValidationContext(settings)).FirstOrDefault() is not { } fault) return null;
        var path = $"{group}.{JsonNamingPolicy.CamelCase.ConvertName(fault.MemberNames.First())}";
        return (path, group, $"can't be so: {fault.ErrorMessage!.TrimEnd('.')}");
    }

    private static (string Path, string Against, string Problem)? AtMost(string path, int value, string against, int limit) =>
        value <= limit
            ? null
            : (path, against, string.Create(
                CultureInfo.InvariantCulture,
                $"is {value}, more than '{against}', which is {limit}. Lower it, or raise '{against}'"));
}
