using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;

namespace Sgasa.Augmenter.Tests.Pairs;

public sealed class BuildPairsWorkTests
{
    private static readonly CancellationToken Ct = TestContext.Current.CancellationToken;

    private static readonly AugmentedPrompt[] Prompts =
        [.. Enumerable.Range(0, 3).Select(i => Some.Prompt(i, Label.Harmful))];

    [Fact]
    public async Task Consume_Sft_StoresThePairsAndPublishesThem()
    {
        await using var bench = await BenchAsync(Model());

        var answer = (await bench.AskAsync(Command(Stage.Sft))).ShouldBeOfType<PairBuilt>();

        var stored = await bench.Artifacts.ListAsync<SftPair>(Some.RoundId, Ct);
        stored.Select(p => p.PromptId).ShouldBe([Prompts[0].Id, Prompts[2].Id]);
        answer.PairIds.ShouldBe(stored.Select(p => p.Id));
        answer.Stage.ShouldBe(Stage.Sft);
        answer.Label.ShouldBe(Label.Harmful);
        answer.Batch.ShouldBe(5);
        answer.Prompts.ShouldBe(3);
        answer.Tokens.ShouldBe(6); // one refusal each for two prompts, four attempts at the third
    }

    [Fact]
    public async Task Consume_Dpo_StoresThePairsAndPublishesThem()
    {
        await using var bench = await BenchAsync(Model());

        var answer = (await bench.AskAsync(Command(Stage.Dpo))).ShouldBeOfType<PairBuilt>();

        var stored = await bench.Artifacts.ListAsync<PreferencePair>(Some.RoundId, Ct);
        stored.Count.ShouldBe(2);
        answer.PairIds.ShouldBe(stored.Select(p => p.Id));
        answer.Stage.ShouldBe(Stage.Dpo);
        (await bench.Artifacts.ListAsync<SftPair>(Some.RoundId, Ct)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Stage.Sft)]
    [InlineData(Stage.Dpo)]
    public async Task Consume_SameCommandAgain_PublishesTheSameWithoutAskingTheModel(Stage stage)
    {
        var model = Model();
        await using var bench = await BenchAsync(model);
        var first = await bench.AskAsync(Command(stage));
        var calls = model.Calls.Count;

        var second = await bench.AskAsync(Command(stage));

        second.ShouldBeEquivalentTo(first);
        model.Calls.Count.ShouldBe(calls);
    }

    [Fact]
    public async Task Consume_UnknownPrompt_IsGivenUpWithNothingStored()
    {
        await using var bench = await BenchAsync(Model());

        var answer = await bench.AskAsync(Command(Stage.Sft) with { PromptIds = [Prompts[0].Id, "r1/prompt/none"] });

        answer.ShouldBeOfType<WorkFailed>().Reason.ShouldContain("r1/prompt/none");
        (await bench.Artifacts.ListAsync<SftPair>(Some.RoundId, Ct)).ShouldBeEmpty();
    }

    private static BuildPairs Command(Stage stage) => new()
    {
        RoundId = Some.RoundId,
        Stage = stage,
        Label = Label.Harmful,
        Batch = 5,
        PromptIds = [.. Prompts.Select(p => p.Id)],
        GuidelineIds = stage == Stage.Sft ? [Some.Guideline().Id] : [],
    };

    /// <summary>With a guideline refuses all but the second prompt; without one now refuses, now answers.</summary>
    private static ScriptedModel Model()
    {
        var model = new ScriptedModel(Some.Seed)
        {
            Otherwise = call => call.Text.Contains(Prompts[1].Text) ? Say.Help() : Say.Refusal(),
        };
        foreach (var prompt in Prompts)
            model.On(ArtifactIds.Response(Some.RoundId, "dpo", prompt.Id, 3), Say.Help());
        return model;
    }

    private static async Task<WorkerBench> BenchAsync(ScriptedModel model)
    {
        var bench = await WorkerBench.StartAsync(model, s => s.AddAugmenter(), bus => bus.AddAugmenterConsumers());
        await bench.Artifacts.UpsertAsync(Some.Round(), Ct);
        await bench.Artifacts.UpsertAsync(Prompts, Ct);
        await bench.Artifacts.UpsertAsync(Some.Guideline(), Ct);
        return bench;
    }
}
