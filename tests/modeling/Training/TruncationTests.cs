using Sgasa.Modeling.Tests.Support;
using Sgasa.Modeling.Training;

namespace Sgasa.Modeling.Tests.Training;

public sealed class TruncationTests
{
    [Theory]
    [InlineData(TruncationMode.KeepStart, new[] { 1, 2, 3 }, new[] { 4, 5 }, 5, new[] { 1, 2, 3 }, new[] { 4, 5 })]
    [InlineData(TruncationMode.KeepStart, new[] { 1, 2, 3 }, new[] { 4, 5 }, 4, new[] { 1, 2, 3 }, new[] { 4 })]
    [InlineData(TruncationMode.KeepEnd, new[] { 1, 2, 3 }, new[] { 4, 5 }, 4, new[] { 2, 3 }, new[] { 4, 5 })]
    [InlineData(TruncationMode.KeepEnd, new[] { 1, 2, 3 }, new[] { 4, 5 }, 3, new[] { 3 }, new[] { 4, 5 })]
    [InlineData(TruncationMode.KeepEnd, new[] { 1 }, new[] { 4, 5, 6, 7 }, 3, new[] { 5 }, new[] { 6, 7 })]
    [InlineData(TruncationMode.Refuse, new[] { 1, 2, 3 }, new[] { 4, 5 }, 4, new[] { 1, 2, 3 }, new[] { 4, 5 })]
    public void Apply_Example_KeepsTheAskedPart(
        TruncationMode mode, int[] prompt, int[] completion, int limit, int[] expectedPrompt, int[] expectedCompletion)
    {
        var cut = Truncation.Apply([new SftExample(prompt, completion)], limit, mode);

        cut.Examples.Single().PromptIds.ShouldBe(expectedPrompt);
        cut.Examples.Single().CompletionIds.ShouldBe(expectedCompletion);
        cut.Dropped.ShouldBe(0);
    }

    [Theory]
    [InlineData(TruncationMode.Drop, 4)]
    [InlineData(TruncationMode.KeepStart, 3)] // no completion token would be left
    public void Apply_NothingLeftToLearn_DropsTheExample(TruncationMode mode, int limit)
    {
        var cut = Truncation.Apply([new SftExample([1, 2, 3], [4, 5]), new SftExample([1], [2])], limit, mode);

        cut.Examples.Single().CompletionIds.ShouldBe([2]);
        (cut.Truncated, cut.Dropped).ShouldBe((0, 1));
    }

    [Fact]
    public void Apply_Pair_CutsBothCompletionsBehindOnePrompt()
    {
        PreferenceExample[] pairs = [new([1, 2, 3], [4, 5, 6], [7])];

        var start = Truncation.Apply(pairs, 5, TruncationMode.KeepStart);
        var end = Truncation.Apply(pairs, 5, TruncationMode.KeepEnd);

        start.Examples.Single().ChosenIds.ShouldBe([4, 5]);
        start.Examples.Single().RejectedIds.ShouldBe([7]);
        end.Examples.Single().PromptIds.ShouldBe([2, 3]);
        end.Examples.Single().ChosenIds.ShouldBe([4, 5, 6]);
        (start.Truncated, end.Truncated).ShouldBe((1, 1));
    }

    [Fact]
    public void Apply_PairWithReferenceValuesThatMustBeCut_SaysSo()
    {
        PreferenceExample[] pairs = [new([1, 2, 3], [4, 5, 6], [7]) { RefChosenLogp = -1, RefRejectedLogp = -2 }];

        var error = Should.Throw<ArgumentException>(() => Truncation.Apply(pairs, 5, TruncationMode.KeepStart));

        error.Message.ShouldContain("reference log-probabilities");
    }

    [Fact]
    public void Constructor_TruncationAsked_TrainsOnWhatIsLeft()
    {
        using var model = Some.Model();
        using var adapter = Some.Adapter();
        var config = new SftConfig { MaxLength = 4, TruncationMode = TruncationMode.KeepStart };

        SftExample[] examples = [new([5, 5], [6, 6, 6]), new([5, 5, 5, 5], [6]), new([5], [6])];

        using var trainer = new SftTrainer(model, adapter, examples, config);

        (trainer.ExampleCount, trainer.Truncated, trainer.Dropped).ShouldBe((2, 1, 1));
        trainer.Step(TestContext.Current.CancellationToken).InputTokens.ShouldBe(4 + 2);
    }
}
