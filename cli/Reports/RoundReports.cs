using Sgasa.Api.Rounds;
using Sgasa.Cli.Models;

namespace Sgasa.Cli.Reports;

/// <summary>Makes reports of rounds.</summary>
internal static class RoundReports
{
    /// <summary>The report of a round as it stands.</summary>
    /// <param name="round">The round.</param>
    /// <param name="model">Its base model; null where only the fingerprint is known.</param>
    /// <param name="tests">Where its test prompts came from.</param>
    /// <param name="results">The folder of its files; null where there are none.</param>
    public static RoundReport From(RoundDetails round, ModelChoice? model, TestPromptSource tests, string? results) => new()
    {
        Round = round.Specification.Id,
        Status = round.Progress.Status,
        Reason = round.Progress.Reason is { Length: > 0 } reason ? reason : null,
        Source = round.Specification.Source,
        Model = model?.Name,
        BaseModel = round.Specification.BaseModel,
        TinyModel = model?.IsTiny ?? false,
        Recipe = round.Specification.Recipe.Name,
        Seed = round.Specification.Seed,
        Judge = round.Specification.Judge,
        TestPrompts = tests,
        CreatedAt = round.Specification.CreatedAt,
        Promoted = round.Promotion?.Promoted,
        PromotionReason = round.Promotion?.Reason,
        Results = results,
        Methods = [.. round.Results.Methods.Select(m => MethodReport.From(m))],
    };
}
