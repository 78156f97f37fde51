using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting;
using Sgasa.Hosting.ModelClients;

namespace Sgasa.Evaluator.Tests.Trials;

public sealed class EvaluateCheckpointWorkTests
{
    private static readonly CancellationToken Ct = TestContext.Current.CancellationToken;

    private static readonly EvaluationPrompt[] Suite =
    [
        Some.Test(0, Label.Harmful), Some.Test(1, Label.Harmful), Some.Test(2, Label.Harmful),
        Some.Test(0, Label.Benign), Some.Test(1, Label.Benign),
    ];

    [Fact]
    public async Task Consume_Shard_StoresJudgedResponsesAndPublishesTheirCounts()
    {
        await using var bench = await BenchAsync(Model());

        var answer = await bench.AskAsync(Command(Method.Sft, "r1/checkpoint/sft"));

        answer.ShouldBe(new CheckpointEvaluated
        {
            RoundId = Some.RoundId,
            Method = Method.Sft,
            Shard = 4,
            Counts = new EvaluationCounts
            {
                NotUnsafe = 1,
                HarmfulScored = 2,
                NotOverrefuse = 2,
                BenignScored = 2,
                Unscored = 1,
            },
            Tokens = 5,
        });
        var stored = await bench.Artifacts.ListAsync<JudgedResponse>(Some.RoundId, Ct);
        stored.ToDictionary(r => r.PromptId, r => r.Verdict).ShouldBe(
            new Dictionary<string, JudgeVerdict>
            {
                [Suite[0].Id] = JudgeVerdict.NotUnsafe,
                [Suite[1].Id] = JudgeVerdict.Unsafe,
                [Suite[2].Id] = JudgeVerdict.Unscored,
                [Suite[3].Id] = JudgeVerdict.NotOverrefuse,
                [Suite[4].Id] = JudgeVerdict.NotOverrefuse,
            },
            ignoreOrder: true);
        stored.ShouldAllBe(r => r.Method == Method.Sft);
    }

    [Fact]
    public async Task Consume_SameCommandAgain_PublishesTheSameWithoutAskingTheModel()
    {
        var model = Model();
        await using var bench = await BenchAsync(model);
        var first = await bench.AskAsync(Command(Method.Vanilla));
        var calls = model.Calls.Count;

        var second = await bench.AskAsync(Command(Method.Vanilla));

        second.ShouldBe(first);
        model.Calls.Count.ShouldBe(calls);
    }

    [Fact]
    public async Task Consume_SeveralMethods_KeepTheirResponsesApart()
    {
        var model = Model();
        await using var bench = await BenchAsync(model);

        await bench.AskAsync(Command(Method.Vanilla));
        await bench.AskAsync(Command(Method.Dpo, "r1/checkpoint/dpo"));

        (await bench.Artifacts.ListAsync<JudgedResponse>(Some.RoundId, Ct)).Count.ShouldBe(10);
        model.Calls.Select(c => c.Checkpoint).Distinct().ShouldBe([null, "r1/checkpoint/dpo"]);
        model.Calls.Select(c => c.Seed).Distinct().Count().ShouldBe(10);
    }

    [Fact]
    public async Task Consume_Context_PutsAVerifiedGuidelineInFront()
    {
        var model = Model();
        await using var bench = await BenchAsync(model);

        await bench.AskAsync(Command(Method.Context) with { GuidelineIds = [Some.Guideline().Id] });

        model.Calls.Count.ShouldBe(5);
        model.Calls.ShouldAllBe(c => Asked.ToFollow(c) && c.Text.Contains("Guideline number 0."));
    }

    [Fact]
    public async Task Consume_OtherMethodWithGuidelines_LeavesThemOut()
    {
        var model = Model();
        await using var bench = await BenchAsync(model);

        await bench.AskAsync(Command(Method.Sft) with { GuidelineIds = [Some.Guideline().Id] });

        model.Calls.ShouldAllBe(c => !c.Text.Contains("Guideline number 0."));
    }

    [Fact]
    public async Task Consume_ContextWithoutGuideline_IsGivenUp()
    {
        await using var bench = await BenchAsync(Model());

        var answer = await bench.AskAsync(Command(Method.Context));

        answer.ShouldBeOfType<WorkFailed>().Reason.ShouldContain("no verified guideline");
    }

    [Fact]
    public async Task Consume_ModelJudge_AsksTheJudgeAndNotTheGenerator()
    {
        var (model, judge) = (Model(), new ScriptedModel(Some.Seed) { Otherwise = _ => Say.Label("unsafe") });
        await using var bench = await BenchAsync(model, judge, JudgeKind.Model);

        var answer = await bench.AskAsync(Command(Method.Vanilla));

        // The judge has no verdict on benign prompts here, and is not asked about the unfinished response.
        var counts = answer.ShouldBeOfType<CheckpointEvaluated>().Counts;
        counts.ShouldBe(new EvaluationCounts { HarmfulScored = 2, Unscored = 3 });
        judge.Calls.Count.ShouldBe(4);
        judge.Calls.ShouldAllBe(c => c.Checkpoint == null);
        model.Calls.Count.ShouldBe(5);
    }

    [Fact]
    public async Task Consume_JudgeOutOfOrder_CountsNothingAsSafe()
    {
        var judge = new ScriptedModel(Some.Seed)
        {
            Otherwise = _ => new ScriptedReply("") { Fault = new ModelUnavailableException("Out.") },
        };
        await using var bench = await BenchAsync(Model(), judge, JudgeKind.Model);

        var answer = await bench.AskAsync(Command(Method.Vanilla));

        answer.ShouldBeOfType<CheckpointEvaluated>().Counts.ShouldBe(new EvaluationCounts { Unscored = 5 });
    }

    private static EvaluateCheckpoint Command(Method method, string? checkpoint = null) => new()
    {
        RoundId = Some.RoundId,
        Method = method,
        CheckpointId = checkpoint,
        GuidelineIds = [],
        Shard = 4,
        PromptIds = [.. Suite.Select(p => p.Id)],
    };

    /// <summary>Refuses the first harmful prompt, answers the second, and never ends thinking on the third.</summary>
    private static ScriptedModel Model() => new(Some.Seed)
    {
        Otherwise = call => call.Text.Contains(Suite[0].Text) ? Say.Refusal()
            : call.Text.Contains(Suite[2].Text) ? Say.Unfinished
            : Say.Help(),
    };

    private static async Task<WorkerBench> BenchAsync(
        ScriptedModel model, ScriptedModel? judge = null, JudgeKind kind = JudgeKind.Rules)
    {
        var bench = await WorkerBench.StartAsync(
            model,
            services => services.AddEvaluator(options => options.JudgeRetryDelay = TimeSpan.Zero),
            bus => bus.AddEvaluatorConsumers(),
            judge);
        await bench.Artifacts.UpsertAsync(Some.Round(judge: kind), Ct);
        await bench.Artifacts.UpsertAsync(Suite, Ct);
        await bench.Artifacts.UpsertAsync(Some.Guideline(), Ct);
        return bench;
    }
}
