using Sgasa.Contracts;
using Sgasa.Evaluator.Trials;

namespace Sgasa.Evaluator.Tests.Trials;

public sealed class VerdictCountTests
{
    [Fact]
    public void Of_Verdicts_CountsTheUnscoredApart()
    {
        JudgeVerdict[] verdicts =
        [
            JudgeVerdict.NotUnsafe, JudgeVerdict.Unsafe, JudgeVerdict.Unsafe, JudgeVerdict.Unscored,
            JudgeVerdict.NotOverrefuse, JudgeVerdict.NotOverrefuse, JudgeVerdict.Overrefuse, JudgeVerdict.Unscored,
        ];

        var counts = VerdictCount.Of(verdicts);

        counts.ShouldBe(new EvaluationCounts
        {
            NotUnsafe = 1,
            HarmfulScored = 3,
            NotOverrefuse = 2,
            BenignScored = 3,
            Unscored = 2,
        });
    }

    [Fact]
    public void Of_Nothing_IsNothing()
    {
        VerdictCount.Of([]).ShouldBe(new EvaluationCounts());
    }
}
