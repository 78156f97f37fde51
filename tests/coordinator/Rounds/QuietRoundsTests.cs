using Sgasa.Coordinator.Rounds;

namespace Sgasa.Coordinator.Tests.Rounds;

public sealed class QuietRoundsTests
{
    [Fact]
    public void Look_RoundWithoutNews_IsAskedAgainAfterTwiceAsLongEachTime()
    {
        var rounds = new QuietRounds();

        var looks = Enumerable.Range(0, 17).Where(_ => rounds.Look("r1", "state"));

        looks.ShouldBe([0, 1, 2, 4, 8, 16]);
    }

    [Fact]
    public void Look_RoundWithNews_IsLeftAlone()
    {
        var rounds = new QuietRounds();
        rounds.Look("r1", "one");
        rounds.Look("r2", "same");

        var (moved, quiet) = (rounds.Look("r1", "two"), rounds.Look("r2", "same"));

        moved.ShouldBeFalse();
        quiet.ShouldBeTrue();
    }

    [Fact]
    public void KeepOnly_RoundThatEndedAndIsTakenUpAgain_IsNew()
    {
        var rounds = new QuietRounds();
        rounds.Look("r1", "one");

        rounds.KeepOnly(new HashSet<string>());

        rounds.Look("r1", "two").ShouldBeTrue();
    }
}
