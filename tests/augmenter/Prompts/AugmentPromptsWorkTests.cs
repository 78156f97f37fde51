using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;

namespace Sgasa.Augmenter.Tests.Prompts;

public sealed class AugmentPromptsWorkTests
{
    private static readonly AugmentPrompts Command = new()
    {
        RoundId = Some.RoundId,
        Label = Label.Harmful,
        Batch = 1,
        Count = 4,
    };

    private static readonly CancellationToken Ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Consume_Command_StoresAllTextsAndPublishesTheAcceptedOnes()
    {
        await using var bench = await BenchAsync(Model());

        var answer = (await bench.AskAsync(Command)).ShouldBeOfType<PromptAugmented>();

        var stored = await bench.Artifacts.ListAsync<AugmentedPrompt>(Some.RoundId, Ct);
        stored.Count.ShouldBe(4);
        answer.Accepted.Select(a => a.PromptId).ShouldBe(
            stored.Where(p => p.Verdict == PromptVerdict.Accepted).Select(p => p.Id));
        answer.Accepted.Count.ShouldBeInRange(1, 3);
        answer.Batch.ShouldBe(1);
        answer.Label.ShouldBe(Label.Harmful);
        answer.Requested.ShouldBe(4);
        answer.Tokens.ShouldBe(8);
    }

    [Fact]
    public async Task Consume_SameCommandAgain_PublishesTheSameWithoutAskingTheModel()
    {
        var model = Model();
        await using var bench = await BenchAsync(model);
        var first = await bench.AskAsync(Command);
        var calls = model.Calls.Count;

        var second = await bench.AskAsync(Command);

        second.ShouldBeEquivalentTo(first);
        model.Calls.Count.ShouldBe(calls);
    }

    [Fact]
    public async Task Consume_OtherLabelOrBatch_IsOtherWork()
    {
        var model = Model();
        await using var bench = await BenchAsync(model);

        await bench.AskAsync(Command);
        await bench.AskAsync(Command with { Batch = 2 });
        await bench.AskAsync(Command with { Label = Label.Benign });

        (await bench.Artifacts.ListAsync<AugmentedPrompt>(Some.RoundId, Ct)).Count.ShouldBe(12);
        model.Calls.Count(Asked.ToWriteSimilar).ShouldBe(12);
    }

    [Fact]
    public async Task Consume_AnEvaluationPrompt_IsNotAccepted()
    {
        var model = Model();
        model.Otherwise = call => Asked.ToWriteSimilar(call)
            ? Say.Text("TEST harmful prompt about subject 0")
            : Say.Label("harmful");
        await using var bench = await BenchAsync(model);
        await bench.Artifacts.UpsertAsync(Some.Test(0, Label.Harmful), Ct);

        var answer = (await bench.AskAsync(Command)).ShouldBeOfType<PromptAugmented>();

        answer.Accepted.ShouldBeEmpty();
    }

    /// <summary>Each text is another one; the model finds every other one harmful.</summary>
    private static ScriptedModel Model() => new(Some.Seed)
    {
        Otherwise = call => Asked.ToWriteSimilar(call) ? Say.Text($"text {call.Seed} and {call.Seed / 3} again")
            : Say.Label(call.Seed % 2 == 0 ? "harmful" : "benign"),
    };

    private static async Task<WorkerBench> BenchAsync(ScriptedModel model)
    {
        var bench = await WorkerBench.StartAsync(model, s => s.AddAugmenter(), bus => bus.AddAugmenterConsumers());
        await bench.Artifacts.UpsertAsync(Some.Round(), Ct);
        await bench.Artifacts.UpsertAsync(Some.Log(), Ct);
        return bench;
    }
}
