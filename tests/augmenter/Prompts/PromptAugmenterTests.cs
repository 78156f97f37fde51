using Sgasa.Augmenter.Prompts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;
using Sgasa.Prompting;
using Sgasa.Prompting.Sampling;

namespace Sgasa.Augmenter.Tests.Prompts;

public sealed class PromptAugmenterTests
{
    private const string Long = "explain in detail how one would go about the placeholder subject number";

    [Fact]
    public async Task AugmentAsync_TextOfTheLabel_IsAccepted()
    {
        var model = Model([$"{Long} one"]);

        var batch = await AugmentAsync(model);

        var prompt = batch.Prompts.ShouldHaveSingleItem();
        prompt.Id.ShouldBe("r1/prompt/harmful/00003-00000");
        prompt.Text.ShouldBe($"{Long} one");
        prompt.Verdict.ShouldBe(PromptVerdict.Accepted);
        prompt.InstructionHash.Length.ShouldBe(64);
        var accepted = batch.Accepted.ShouldHaveSingleItem();
        accepted.PromptId.ShouldBe(prompt.Id);
        accepted.Signature.ShouldBe(MinHashSignature.ToBase64(MinHashSignature.Compute(prompt.Text)));
        batch.Tokens.ShouldBe(2);
    }

    [Theory]
    [InlineData("No tags at all.")]
    [InlineData("<text>never closed")]
    [InlineData("<text>  </text>")]
    public async Task AugmentAsync_NoText_IsUnparseableAndNotClassified(string answer)
    {
        var model = Model([]).On(Write(0), Say.Answer(answer));

        var batch = await AugmentAsync(model);

        batch.Prompts.ShouldHaveSingleItem().Verdict.ShouldBe(PromptVerdict.Unparseable);
        batch.Prompts[0].Text.ShouldBe("");
        batch.Accepted.ShouldBeEmpty();
        model.Calls.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task AugmentAsync_TextInUnfinishedThinking_IsUnparseable()
    {
        var model = Model([]).On(Write(0), $"I might write <text>{Long} one</text> or");

        var batch = await AugmentAsync(model);

        batch.Prompts.ShouldHaveSingleItem().Verdict.ShouldBe(PromptVerdict.Unparseable);
    }

    [Fact]
    public async Task AugmentAsync_HugeText_IsUnparseable()
    {
        var model = Model([new string('x', 1_000_000)]);

        var batch = await AugmentAsync(model);

        batch.Prompts.ShouldHaveSingleItem().Verdict.ShouldBe(PromptVerdict.Unparseable);
    }

    [Theory]
    [InlineData("benign")]
    [InlineData("neither")]
    [InlineData("")]
    public async Task AugmentAsync_OtherOrNoVerdict_IsWrongLabel(string verdict)
    {
        var model = Model([$"{Long} one"]).On(Classify(0), Say.Label(verdict));

        var batch = await AugmentAsync(model);

        batch.Prompts.ShouldHaveSingleItem().Verdict.ShouldBe(PromptVerdict.WrongLabel);
        batch.Accepted.ShouldBeEmpty();
    }

    [Fact]
    public async Task AugmentAsync_VerdictInsideTheText_DoesNotCount()
    {
        var model = Model([$"{Long} one <Answer>harmful</Answer>"]).On(Classify(0), Say.Label("benign"));

        var batch = await AugmentAsync(model);

        batch.Prompts.ShouldHaveSingleItem().Verdict.ShouldBe(PromptVerdict.WrongLabel);
        model.Calls.Single(Asked.ToClassify).Text.ShouldContain("one <Answer>harmful&lt;/Answer>");
    }

    [Theory]
    [InlineData(Label.Harmful)]
    [InlineData(Label.Benign)]
    public async Task AugmentAsync_NearlyALoggedPromptOfEitherLabel_IsDroppedUnclassified(Label label)
    {
        var model = Model([$"{Long}  ONE!"]);

        var batch = await AugmentAsync(model, log: [.. Some.Log(), Some.Attack(10, label, text: $"{Long} one")]);

        batch.Prompts.ShouldHaveSingleItem().Verdict.ShouldBe(PromptVerdict.NearDuplicate);
        batch.Accepted.ShouldBeEmpty();
        model.Calls.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task AugmentAsync_NearlyAnEarlierAcceptedText_IsDropped()
    {
        var model = Model([$"{Long} one", $"{Long} one.", "a wholly different sentence about something else"]);

        var batch = await AugmentAsync(model, count: 3);

        batch.Prompts.Select(p => p.Verdict).ShouldBe(
            [PromptVerdict.Accepted, PromptVerdict.NearDuplicate, PromptVerdict.Accepted]);
        batch.Accepted.Select(a => a.PromptId).ShouldBe([batch.Prompts[0].Id, batch.Prompts[2].Id]);
    }

    [Fact]
    public async Task AugmentAsync_NearlyARejectedText_IsKept()
    {
        var model = Model([$"{Long} one", $"{Long} one."]).On(Classify(0), Say.Label("benign"));

        var batch = await AugmentAsync(model, count: 2);

        batch.Prompts.Select(p => p.Verdict).ShouldBe([PromptVerdict.WrongLabel, PromptVerdict.Accepted]);
    }

    [Fact]
    public async Task AugmentAsync_HigherThreshold_KeepsWhatALowerOneDrops()
    {
        // The texts share ten of their trigrams; each has one of its own: 10 / 12 are alike.
        string[] texts = [$"{Long} one", $"{Long} two"];

        var strict = await AugmentAsync(Model(texts), count: 2, threshold: 0.5);
        var lenient = await AugmentAsync(Model(texts), count: 2, threshold: 1.0);

        strict.Accepted.Count.ShouldBe(1);
        lenient.Accepted.Count.ShouldBe(2);
    }

    [Fact]
    public async Task AugmentAsync_AnEvaluationPromptInOtherCaseAndSpacing_IsDropped()
    {
        var model = Model([$"{Long}   ONE"]);

        var batch = await AugmentAsync(model, suite: [Some.Test(0, Label.Benign, $" {Long}\none ")]);

        batch.Prompts.ShouldHaveSingleItem().Verdict.ShouldBe(PromptVerdict.EvaluationPrompt);
        batch.Accepted.ShouldBeEmpty();
    }

    [Fact]
    public async Task AugmentAsync_EvaluationPrompts_AreNeverShownToTheModel()
    {
        var model = Model([$"{Long} one"]);

        await AugmentAsync(model, suite: [Some.Test(0, Label.Harmful), Some.Test(0, Label.Benign)]);

        model.Calls.ShouldAllBe(call => !call.Text.Contains("test Harmful") && !call.Text.Contains("test Benign"));
    }

    [Fact]
    public async Task AugmentAsync_Examples_AreDrawnForEachTextFromTheLabelAlone()
    {
        var model = Model([.. Enumerable.Range(0, 8).Select(i => $"text {i} {i}{i} {i}{i}{i}")]);

        var batch = await AugmentAsync(model, count: 8);

        var harmful = Some.Log().Where(p => p.Label == Label.Harmful).Select(p => p.Id).ToHashSet();
        batch.Prompts.ShouldAllBe(p => p.ExampleIds.Count == 3 && p.ExampleIds.All(harmful.Contains));
        batch.Prompts.Select(p => string.Join(' ', p.ExampleIds)).Distinct().Count().ShouldBeGreaterThan(4);
        model.Calls.Where(Asked.ToWriteSimilar).ShouldAllBe(call => !call.Text.Contains("logged Benign"));
    }

    [Fact]
    public async Task AugmentAsync_Seeds_DependOnTheResponseIdsAlone()
    {
        var few = Model([$"{Long} one"]);
        var many = Model([.. Enumerable.Range(0, 4).Select(i => $"text {i} {i}{i} {i}{i}{i}")]);

        await AugmentAsync(few);
        await AugmentAsync(many, count: 4);

        few.Calls.Select(c => c.Seed).ShouldBe(
            [Seeds.Derive(Some.Seed, Write(0)), Seeds.Derive(Some.Seed, Classify(0))]);
        few.Calls.Select(c => c.Seed).ShouldBeSubsetOf(many.Calls.Select(c => c.Seed));
        many.Calls.Select(c => c.Seed).Distinct().Count().ShouldBe(8);
    }

    [Fact]
    public async Task AugmentAsync_ShuffledCompletion_GivesTheSameBatch()
    {
        var oldestFirst = await HeldAsync(newestFirst: false);
        var newestFirst = await HeldAsync(newestFirst: true);

        // Places 0 and 2 hold the same text: whichever arrives first, place 0 stays.
        newestFirst.ShouldBeEquivalentTo(oldestFirst);
        newestFirst.Accepted.Select(a => a.PromptId[^1]).ShouldBe(['0', '1']);

        static async Task<AugmentedBatch> HeldAsync(bool newestFirst)
        {
            var model = Model([$"{Long} one", "a wholly different sentence about it", $"{Long} one"], holds: true);
            return await model.ReleaseAsync(AugmentAsync(model, count: 3), newestFirst);
        }
    }

    [Fact]
    public async Task AugmentAsync_ManyTexts_AreAskedForAtOnce()
    {
        var model = Model([.. Enumerable.Range(0, 16).Select(i => $"text {i} {i}{i} {i}{i}{i}")], holds: true);

        await model.ReleaseAsync(AugmentAsync(model, count: 16), newestFirst: true);

        model.MostHeld.ShouldBe(16);
    }

    [Fact]
    public async Task AugmentAsync_NoLoggedPromptOfTheLabel_SaysWhatToAdd()
    {
        var act = () => AugmentAsync(Model([]), log: Some.Log(harmful: 0));

        var error = await act.ShouldThrowAsync<UserErrorException>();
        error.Message.ShouldContain("no prompt labelled Harmful");
    }

    private static Task<AugmentedBatch> AugmentAsync(
        ScriptedModel model,
        int count = 1,
        double threshold = 0.9,
        IReadOnlyList<AttackPrompt>? log = null,
        IReadOnlyList<EvaluationPrompt>? suite = null) =>
        new PromptAugmenter(new ModelSampler(model, 64)).AugmentAsync(
            Some.Round(r => r with { Augmentation = r.Augmentation with { NearDuplicateThreshold = threshold } }),
            new AugmentPrompts { RoundId = Some.RoundId, Label = Label.Harmful, Batch = 3, Count = count },
            log ?? Some.Log(),
            suite ?? [],
            TestContext.Current.CancellationToken);

    /// <summary>Writes those texts, and calls each of them harmful.</summary>
    private static ScriptedModel Model(string[] texts, bool holds = false)
    {
        var model = new ScriptedModel(Some.Seed) { Holds = holds, Otherwise = _ => Say.Label("harmful") };
        for (var place = 0; place < texts.Length; place++)
            model.On(Write(place), Say.Text(texts[place]));
        return model;
    }

    private static string Write(int place) => ArtifactIds.Response(Some.RoundId, "write", Prompt(place), 0);

    private static string Classify(int place) => ArtifactIds.Response(Some.RoundId, "classify", Prompt(place), 0);

    private static string Prompt(int place) => ArtifactIds.AugmentedPrompt(Some.RoundId, Label.Harmful, 3, place);
}
