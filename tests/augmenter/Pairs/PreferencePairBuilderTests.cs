using Sgasa.Augmenter.Pairs;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Prompting.Sampling;

namespace Sgasa.Augmenter.Tests.Pairs;

public sealed class PreferencePairBuilderTests
{
    private static readonly AugmentedPrompt Harmful = Some.Prompt(0, Label.Harmful);

    private static readonly AugmentedPrompt Benign = Some.Prompt(0, Label.Benign);

    [Fact]
    public async Task BuildAsync_HarmfulPrompt_PrefersTheRefusalToTheAnswer()
    {
        var model = Model(Harmful, Say.Help("a"), Say.Help("b"), Say.Refusal("First."), Say.Refusal("Second."));

        var (pairs, tokens) = await BuildAsync(model, Harmful);

        var pair = pairs.ShouldHaveSingleItem();
        pair.Id.ShouldBe(ArtifactIds.Pair(Some.RoundId, Stage.Dpo, Harmful.Id));
        pair.Prompt.ShouldBe(Harmful.Text);
        pair.Chosen.ShouldBe(Say.Refusal("First."));
        pair.Rejected.ShouldBe(Say.Help("a"));
        tokens.ShouldBe(4);
    }

    [Fact]
    public async Task BuildAsync_BenignPrompt_PrefersTheBestAnswerToTheRefusal()
    {
        var model = Model(Benign, Say.Help("a"), Say.Help("b"), Say.Refusal("First."), Say.Refusal("Second."))
            .On(Score(0), Say.Score("4")).On(Score(1), Say.Score("7"));

        var (pairs, tokens) = await BuildAsync(model, Benign);

        var pair = pairs.ShouldHaveSingleItem();
        pair.Chosen.ShouldBe(Say.Help("b"));
        pair.Rejected.ShouldBe(Say.Refusal("First."));
        tokens.ShouldBe(6);
    }

    public static TheoryData<Label, string> OneKind => new()
    {
        { Label.Harmful, Say.Refusal() },
        { Label.Harmful, Say.Help() },
        { Label.Benign, Say.Refusal() },
        { Label.Benign, Say.Help() },
    };

    [Theory]
    [MemberData(nameof(OneKind))]
    public async Task BuildAsync_OneKindOnly_GivesNoPairAndScoresNothing(Label label, string response)
    {
        var model = new ScriptedModel(Some.Seed) { Otherwise = _ => response };

        var (pairs, _) = await BuildAsync(model, Some.Prompt(0, label));

        pairs.ShouldBeEmpty();
        model.Calls.Count.ShouldBe(4);
    }

    [Fact]
    public async Task BuildAsync_CutOffAndUnfinishedResponses_AreNeitherChosenNorRejected()
    {
        var model = Model(
            Harmful,
            new ScriptedReply(Say.Help()) { CutOff = true },
            Say.Unfinished,
            Say.Answer(""),
            Say.Refusal());

        var (pairs, _) = await BuildAsync(model, Harmful);

        pairs.ShouldBeEmpty();
    }

    [Fact]
    public async Task BuildAsync_Responses_AreSampledFromTheSftCheckpointWithoutGuideline()
    {
        var model = new ScriptedModel(Some.Seed) { Otherwise = _ => Say.Refusal() };

        await BuildAsync(model, Harmful);

        model.Calls.ShouldAllBe(call => call.Checkpoint == "r1/checkpoint/sft" && call.Text == Harmful.Text);
    }

    [Fact]
    public async Task BuildAsync_Scores_AreTheStartingModels()
    {
        var model = Model(Benign, Say.Help("a"), Say.Refusal(), Say.Refusal(), Say.Refusal());
        model.Otherwise = _ => Say.Score("5");

        await BuildAsync(model, Benign);

        model.Calls.Single(Asked.ToScore).Checkpoint.ShouldBe("r0/checkpoint/dpo");
    }

    [Fact]
    public async Task BuildAsync_Prompts_ArePairedInTheirOrder()
    {
        var model = new ScriptedModel(Some.Seed)
        {
            Otherwise = call => Asked.ToScore(call) ? Say.Score("5") : call.Seed % 2 == 0 ? Say.Refusal() : Say.Help(),
        };
        var prompts = Enumerable.Range(0, 20).Select(i => Some.Prompt(i, Label.Benign)).ToArray();

        var (pairs, _) = await BuildAsync(model, prompts);

        pairs.Count.ShouldBeGreaterThan(10);
        pairs.Select(p => p.PromptId).ShouldBe(
            prompts.Select(p => p.Id).Where(id => pairs.Any(pair => pair.PromptId == id)));
    }

    private static Task<BuiltPairs<PreferencePair>> BuildAsync(ScriptedModel model, params AugmentedPrompt[] prompts)
    {
        var sampler = new ModelSampler(model, 64);
        return new PreferencePairBuilder(sampler, new AnswerScorer(sampler)).BuildAsync(
            Some.Round(r => r with { DpoData = r.DpoData with { Samples = 4 } }, parent: "r0/checkpoint/dpo"),
            prompts,
            TestContext.Current.CancellationToken);
    }

    private static ScriptedModel Model(AugmentedPrompt prompt, params ScriptedReply[] responses)
    {
        var model = new ScriptedModel(Some.Seed);
        for (var i = 0; i < responses.Length; i++)
            model.On(ArtifactIds.Response(Some.RoundId, "dpo", prompt.Id, i), responses[i]);
        return model;
    }

    private static string Score(int sample) => ArtifactIds.Response(Some.RoundId, "dpo", Benign.Id, sample) + "/score";
}
