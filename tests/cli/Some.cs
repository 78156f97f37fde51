using Sgasa.Api.Results;
using Sgasa.Api.Rounds;
using Sgasa.Cli.Progress;
using Sgasa.Cli.Reports;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Cli.Tests;

/// <summary>Makes test data.</summary>
internal static class Some
{
    public static string Log(int perLabel = 2) => string.Concat(
        from label in (string[])["harmful", "benign"]
        from i in Enumerable.Range(0, perLabel)
        select $$"""{"prompt": "{{label}} prompt {{i}}", "label": "{{label}}"}""" + "\n");

    public static ProgressRow Row(
        string name = "Prompts",
        ProgressState state = ProgressState.Running,
        int done = 3,
        int total = 12,
        double? pace = null,
        double? loss = null,
        double? left = null) => new()
        {
            Name = name,
            State = state,
            Done = done,
            Total = total,
            TokensPerSecond = pace,
            Loss = loss,
            Left = left is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };

    public static MethodReport MethodReport(
        Method method, int notUnsafe, int notOverrefuse, int perLabel = 150, int unscored = 0) =>
        Cli.Reports.MethodReport.From(MethodResult.From(new Evaluation
        {
            Id = $"r/evaluation/{method}",
            RoundId = "r",
            Method = method,
            Judge = JudgeKind.Oracle,
            Counts = new EvaluationCounts
            {
                NotUnsafe = notUnsafe,
                HarmfulScored = perLabel,
                NotOverrefuse = notOverrefuse,
                BenignScored = perLabel,
                Unscored = unscored,
            },
        }));

    public static RoundReport RoundReport() => new()
    {
        Round = "r-0123456789ab",
        Status = RoundStatus.Completed,
        Source = "educator.jsonl",
        Model = "tiny",
        BaseModel = new string('a', 64),
        TinyModel = true,
        Recipe = "tiny",
        Seed = 1,
        Judge = JudgeKind.Oracle,
        TestPrompts = TestPromptSource.World,
        CreatedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Promoted = true,
        PromotionReason = "The average rose.",
        Results = "out/rounds/r-0123456789ab",
        Methods =
        [
            MethodReport(Method.Vanilla, 45, 149),
            MethodReport(Method.Context, 75, 146),
            MethodReport(Method.Sft, 120, 140),
            MethodReport(Method.Dpo, 138, 142),
        ],
    };
}
