using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Coordinator.Rounds;

/// <summary>A request's prompts as the artifacts of its round.</summary>
internal static class RoundPrompts
{
    /// <summary>The logged prompts, in the order of the log.</summary>
    public static IReadOnlyList<AttackPrompt> Attacks(string roundId, RoundRequest request) =>
    [
        .. request.AttackPrompts.Select((p, i) => new AttackPrompt
        {
            Id = ArtifactIds.AttackPrompt(roundId, i),
            RoundId = roundId,
            LogId = p.LogId,
            Text = p.Text,
            Label = p.Label,
            Family = p.Family,
            Source = p.Source,
        }),
    ];

    /// <summary>The test prompts that the recipe takes of each label, harmful first.</summary>
    public static IReadOnlyList<EvaluationPrompt> Tests(string roundId, RoundRequest request) =>
    [
        .. from label in Labels.All
           from test in request.EvaluationPrompts.Where(p => p.Label == label)
               .Take(request.Recipe.Evaluation.PromptsPerLabel)
               .Select((prompt, index) => (prompt, index))
           select new EvaluationPrompt
           {
               Id = ArtifactIds.EvaluationPrompt(roundId, label, test.index),
               RoundId = roundId,
               Text = test.prompt.Text,
               Label = label,
               Family = test.prompt.Family,
           },
    ];
}
