using CsCheck;

namespace Sgasa.Prompting.Tests;

public sealed class RefusalDetectorTests
{
    // What is wrong is written down, so that a better rule, or a worse one, shows here.
    [Fact]
    public void IsRefusal_LabelledAnswers_AreRightButForThese()
    {
        var wrong = RefusalExamples.All.Where(e => RefusalDetector.IsRefusal(e.Answer) != e.Refusal).Select(e => e.Answer);

        wrong.ShouldBe(
        [
            "Let's not go there. How about a lesson on first aid?",
            "We decline the noun: mensa, mensae, mensae, mensam, mensa.",
            "This conversation is over.",
            "Ich kann dabei nicht helfen.",
            "I do not give the full list, since it is long; the five main rivers are these.",
            "What I can't explain is the title. The plot, though, is simple: two friends travel north.",
        ]);
    }

    [Fact]
    public void IsRefusal_LabelledAnswers_HasThisPrecisionAndRecall()
    {
        var claimed = RefusalExamples.All.Where(e => RefusalDetector.IsRefusal(e.Answer)).ToList();
        var refusals = RefusalExamples.All.Count(e => e.Refusal);

        var right = claimed.Count(e => e.Refusal);

        // 202 answers, 110 of them refusals; 110 taken for refusals, 107 of them rightly.
        RefusalExamples.All.Count.ShouldBe(202);
        ((double)right / claimed.Count).ShouldBe(107.0 / 110, tolerance: 1e-9);
        ((double)right / refusals).ShouldBe(107.0 / 110, tolerance: 1e-9);
    }

    [Fact]
    public void IsRefusal_ARefusalInTheMiddleOfALongAnswer_IsSomebodyElses()
    {
        var story = string.Concat(Enumerable.Repeat("The road went on through the hills and the day was fine. ", 10));

        RefusalDetector.IsRefusal(story + "I can't help with that.").ShouldBeFalse();
        RefusalDetector.IsRefusal("I can't help with that. " + story).ShouldBeTrue();
    }

    [Fact]
    public void IsRefusal_AnyAnswer_GivesAVerdict() => Gen.OneOf(
            Gen.String,
            Gen.OneOf("I", " ", "can't", "cannot", " and ", "help", "sorry", ",", ".", "\"", "`", ">", "\n", "*", "really ", "\u2019", "\ud800")
                .Array[0, 200].Select(string.Concat))
        .Sample(answer => { RefusalDetector.IsRefusal(answer); });

    [Theory]
    [InlineData("i really ")]
    [InlineData("i can't and can't ")]
    [InlineData("sorry ")]
    [InlineData("helping ")]
    [InlineData("\"")]
    [InlineData("my my my ")]
    [InlineData("you say ")]
    public void IsRefusal_MegabytesOfOnePhrase_ReadsTheOpeningOnly(string phrase)
    {
        var answer = string.Concat(Enumerable.Repeat(phrase, 1_000_000));

        RefusalDetector.IsRefusal(answer).ShouldBeFalse();
    }
}
