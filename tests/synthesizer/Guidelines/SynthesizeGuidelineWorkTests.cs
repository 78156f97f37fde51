using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting;
using Sgasa.Hosting.ModelClients;

namespace Sgasa.Synthesizer.Tests.Guidelines;

public sealed class SynthesizeGuidelineWorkTests
{
    private static readonly SynthesizeGuideline Command = new() { RoundId = Some.RoundId, Slot = 2, Attempt = 1 };

    private static readonly CancellationToken Ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Consume_Command_StoresTheGuidelineAndPublishesIt()
    {
        await using var bench = await BenchAsync(Model());

        var answer = await bench.AskAsync(Command);

        answer.ShouldBe(new GuidelineSynthesized
        {
            RoundId = Some.RoundId,
            Slot = 2,
            Attempt = 1,
            GuidelineId = "r1/guideline/00002-00001",
            Verified = true,
            Score = 1,
            Tokens = 7,
        });
        var stored = await bench.Artifacts.GetAsync<Guideline>("r1/guideline/00002-00001", Ct);
        stored.Text.ShouldBe("Look under the surface.");
        stored.Verified.ShouldBeTrue();
    }

    [Fact]
    public async Task Consume_SameCommandAgain_PublishesTheSameWithoutAskingTheModel()
    {
        var model = Model();
        await using var bench = await BenchAsync(model);
        var first = await bench.AskAsync(Command);
        var calls = model.Calls.Count;
        model.Otherwise = _ => throw new InvalidOperationException("The model was asked again.");

        var second = await bench.AskAsync(Command);

        second.ShouldBe(first);
        model.Calls.Count.ShouldBe(calls);
    }

    [Fact]
    public async Task Consume_CrashBeforeTheReceipt_MakesTheSameGuidelineAgain()
    {
        await using var bench = await BenchAsync(Model());
        await using var other = await BenchAsync(Model());
        await other.AskAsync(Command);
        var left = await other.Artifacts.GetAsync<Guideline>("r1/guideline/00002-00001", Ct);
        await bench.Artifacts.UpsertAsync(left, Ct);

        await bench.AskAsync(Command);

        var again = (await bench.Artifacts.ListAsync<Guideline>(Some.RoundId, Ct)).ShouldHaveSingleItem();
        again.ShouldBeEquivalentTo(left);
    }

    [Fact]
    public async Task Consume_ModelOutForAMoment_IsTriedAgain()
    {
        var model = Model();
        var (working, failures) = (model.Otherwise, 2);
        model.Otherwise = call => Interlocked.Decrement(ref failures) >= 0
            ? new ScriptedReply("") { Fault = new ModelUnavailableException("Out for a moment.") }
            : working(call);
        await using var bench = await BenchAsync(model);

        var answer = await bench.AskAsync(Command);

        answer.ShouldBeOfType<GuidelineSynthesized>().Verified.ShouldBeTrue();
    }

    [Fact]
    public async Task Consume_ModelRefusesTheRequest_IsGivenUpAtOnce()
    {
        var model = Model();
        model.Otherwise = _ => new ScriptedReply("") { Fault = new ModelRequestException("Unknown checkpoint.") };
        await using var bench = await BenchAsync(model);

        var answer = await bench.AskAsync(Command);

        answer.ShouldBe(new WorkFailed
        {
            RoundId = Some.RoundId,
            Work = "SynthesizeGuideline 2-1",
            Reason = "Unknown checkpoint.",
        });
        model.Calls.ShouldHaveSingleItem();
        (await bench.Artifacts.ListAsync<Guideline>(Some.RoundId, Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Consume_UnknownRound_IsGivenUp()
    {
        await using var bench = await BenchAsync(Model());

        var answer = await bench.AskAsync(Command with { RoundId = "nowhere" });

        answer.ShouldBeOfType<WorkFailed>().Reason.ShouldContain("'nowhere'");
    }

    private static ScriptedModel Model() => new(Some.Seed)
    {
        Otherwise = call => Asked.ToWriteGuideline(call) ? Say.Guideline()
            : call.Text.Contains("logged Harmful") ? Say.Refusal()
            : Say.Help(),
    };

    private static async Task<WorkerBench> BenchAsync(ScriptedModel model)
    {
        var bench = await WorkerBench.StartAsync(model, s => s.AddSynthesizer(), bus => bus.AddSynthesizerConsumers());
        await bench.Artifacts.UpsertAsync(Some.Round(), Ct);
        await bench.Artifacts.UpsertAsync(Some.Log(), Ct);
        return bench;
    }
}
