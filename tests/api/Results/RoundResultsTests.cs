using Sgasa.Api.Results;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Api.Tests.Results;

public sealed class RoundResultsTests
{
    [Fact]
    public void From_Counts_GivesSharesAverageAndIntervals()
    {
        var counts = new EvaluationCounts
        {
            NotUnsafe = 8,
            HarmfulScored = 10,
            NotOverrefuse = 10,
            BenignScored = 10,
            Unscored = 3,
        };

        var result = RoundResults.From("r-1", [Evaluation(Method.Dpo, counts)]).Methods.ShouldHaveSingleItem();

        result.NotUnsafe.ShouldNotBeNull().Value.ShouldBe(0.8);
        result.NotOverrefuse.ShouldNotBeNull().Value.ShouldBe(1.0);
        result.Average.ShouldNotBeNull().ShouldBe(0.9, 1e-12);
        // Wilson's ends are .49016 and .94332 for 8 of 10, .72247 and 1 for 10 of 10:
        // .9 - √(.30984² + .27753²) / 2 = .9 - .20798, and .9 + .14332 / 2.
        result.AverageInterval.ShouldNotBeNull().Low.ShouldBe(0.69202, 1e-5);
        result.AverageInterval.High.ShouldBe(0.97166, 1e-5);
        (result.Scored, result.Unscored).ShouldBe((20, 3));
    }

    [Fact]
    public void From_NothingScored_GivesNoNumberInsteadOfZero()
    {
        var counts = new EvaluationCounts { NotOverrefuse = 1, BenignScored = 1, Unscored = 5 };

        var result = RoundResults.From("r-1", [Evaluation(Method.Vanilla, counts)]).Methods.ShouldHaveSingleItem();

        result.NotUnsafe.ShouldBeNull();
        result.Average.ShouldBeNull();
        result.AverageInterval.ShouldBeNull();
    }

    [Fact]
    public void From_EvaluationsInAnyOrder_ListsMethodsInTheirs()
    {
        var results = RoundResults.From(
            "r-1", [Evaluation(Method.Sft, new EvaluationCounts()), Evaluation(Method.Vanilla, new EvaluationCounts())]);

        results.Methods.Select(m => m.Method).ShouldBe([Method.Vanilla, Method.Sft]);
    }

    private static Evaluation Evaluation(Method method, EvaluationCounts counts) => new()
    {
        Id = ArtifactIds.Evaluation("r-1", method),
        RoundId = "r-1",
        Method = method,
        Judge = JudgeKind.Rules,
        Counts = counts,
    };
}
