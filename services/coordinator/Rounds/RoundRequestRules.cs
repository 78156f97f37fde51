using System.Text;
using Sgasa.Contracts;
using Sgasa.Hosting.Recipes;

namespace Sgasa.Coordinator.Rounds;

/// <summary>What a request must be before anything of it is stored.</summary>
internal static class RoundRequestRules
{
    private const int PromptsPerLabel = 2;

    /// <exception cref="UserErrorException">The request cannot become a round; says what to change.</exception>
    public static void Check(RoundRequest request)
    {
        foreach (var label in Labels.All)
        {
            var count = request.AttackPrompts.Count(p => p.Label == label);
            if (count < PromptsPerLabel)
            {
                throw new UserErrorException(
                    $"{request.Source}: {count} {label.Word()} prompts; a round needs at least {PromptsPerLabel}. " +
                    "Add some to the attack log.");
            }

            if (request.EvaluationPrompts.Count > 0 && request.EvaluationPrompts.All(p => p.Label != label))
            {
                throw new UserErrorException(
                    $"{request.Source}: the test prompts have no {label.Word()} one. Give some of both labels, or none to " +
                    "hold out augmented prompts.");
            }
        }

        // Reading the recipe as if it were a file checks every value, and says which key is wrong.
        RecipeFile.Parse(Encoding.UTF8.GetBytes(RecipeFile.ToJson(request.Recipe)), "recipe.json");
        if (request.AttackPrompts.Concat(request.EvaluationPrompts).FirstOrDefault(p => string.IsNullOrWhiteSpace(p.Text))
            is { } empty)
            throw new UserErrorException($"{request.Source}: prompt '{empty.LogId}' has no text. Give it one or remove it.");
    }
}
