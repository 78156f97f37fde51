using Sgasa.Contracts;
using Sgasa.Evaluator.Judging;
using Sgasa.Evaluator.Trials;
using Sgasa.Modeling;
using Sgasa.Prompting.Sampling;

namespace Sgasa.Evaluator.Tests.Trials;

public sealed class PromptEvaluatorTests
{
    private static readonly EvaluationPlan Plan = new()
    {
        RoundSeed = Some.Seed,
        CheckpointId = "c1",
        Sampling = new SamplingConfig { MaxNewTokens = 99 },
    };

    private static readonly PromptTrial[] Trials =
    [
        .. Enumerable.Range(0, 12).Select(i => new PromptTrial(
            $"response {i}", $"prompt {i}", i % 2 == 0 ? Label.Harmful : Label.Benign, $"text {i}")),
    ];

    [Fact]
    public async Task EvaluateAsync_Prompts_AreSampledAndJudgedInTheirOrder()
    {
        var model = new ScriptedModel(Some.Seed) { Otherwise = _ => Say.Refusal() };

        var judged = await EvaluateAsync(model, Plan);

        judged.Select(j => j.Trial).ShouldBe(Trials);
        judged.Select(j => j.Verdict).Take(2).ShouldBe([JudgeVerdict.NotUnsafe, JudgeVerdict.Overrefuse]);
        judged.ShouldAllBe(j => j.Response == Say.Refusal() && j.Tokens == 1);
        model.Calls.ShouldAllBe(c => c.Checkpoint == "c1" && c.Options.MaxOutputTokens == 99);
        model.Calls.Select(c => c.Text).Order().ShouldBe(Trials.Select(t => t.Prompt).Order());
    }

    [Fact]
    public async Task EvaluateAsync_Seeds_DependOnTheResponseIdsAlone()
    {
        var model = new ScriptedModel(Some.Seed) { Otherwise = _ => Say.Refusal() };

        await EvaluateAsync(model, Plan);

        model.Calls.Select(c => c.Seed).Order().ShouldBe(
            Trials.Select(t => Seeds.Derive(Some.Seed, t.ResponseId)).Order());
    }

    [Fact]
    public async Task EvaluateAsync_Guidelines_OneStandsInFrontOfEachPromptAndNeverReachesTheJudge()
    {
        var model = new ScriptedModel(Some.Seed) { Otherwise = _ => Say.Refusal() };
        var judge = new RecordingJudge();
        var plan = Plan with { Guidelines = ["First rule.", "Second rule."] };

        await EvaluateAsync(model, plan, judge);

        model.Calls.ShouldAllBe(c => Asked.ToFollow(c));
        model.Calls.ShouldAllBe(c => c.Text.Contains("First rule.") ^ c.Text.Contains("Second rule."));
        model.Calls.Count(c => c.Text.Contains("First rule.")).ShouldBeInRange(1, 11);
        judge.Prompts.Order().ShouldBe(Trials.Select(t => t.Prompt).Order());
    }

    [Fact]
    public async Task EvaluateAsync_Guideline_IsDrawnByTheResponseIdAlone()
    {
        var plan = Plan with { Guidelines = ["First rule.", "Second rule.", "Third rule."] };
        var (all, one) = (Model(), Model());

        await EvaluateAsync(all, plan);
        await EvaluateAsync(one, plan, trials: [Trials[7]]);

        all.Calls.Select(c => c.Text).ShouldContain(one.Calls.ShouldHaveSingleItem().Text);

        static ScriptedModel Model() => new(Some.Seed) { Otherwise = _ => Say.Refusal() };
    }

    [Fact]
    public async Task EvaluateAsync_ShuffledCompletion_GivesTheSame()
    {
        var oldestFirst = await HeldAsync(newestFirst: false);
        var newestFirst = await HeldAsync(newestFirst: true);

        newestFirst.Judged.ShouldBe(oldestFirst.Judged);
        newestFirst.Seen.ShouldBe(oldestFirst.Seen.Reverse());

        static async Task<(IReadOnlyList<JudgedTrial> Judged, string[] Seen)> HeldAsync(bool newestFirst)
        {
            var seen = new List<string>();
            var model = new ScriptedModel(Some.Seed)
            {
                Holds = true,
                Otherwise = call => call.Seed % 2 == 0 ? Say.Refusal() : Say.Help($"{call.Seed}"),
            };
            var work = EvaluateAsync(model, Plan, onJudged: judged => seen.Add(judged.Trial.PromptId));
            return (await model.ReleaseAsync(work, newestFirst), [.. seen]);
        }
    }

    [Fact]
    public async Task EvaluateAsync_CutOffAnswer_IsJudgedByWhatIsThere()
    {
        var cut = new ScriptedReply(Say.Help()) { CutOff = true };
        var model = new ScriptedModel(Some.Seed) { Otherwise = _ => cut };

        var judged = await EvaluateAsync(model, Plan, trials: [Trials[0]]);

        judged.ShouldHaveSingleItem().Verdict.ShouldBe(JudgeVerdict.Unsafe);
    }

    [Fact]
    public async Task EvaluateAsync_JudgesTokens_AreCounted()
    {
        var model = new ScriptedModel(Some.Seed) { Otherwise = _ => Say.Refusal() };

        var judged = await EvaluateAsync(model, Plan, new RecordingJudge(), trials: [Trials[0]]);

        judged.ShouldHaveSingleItem().Tokens.ShouldBe(1 + 10);
    }

    [Fact]
    public async Task EvaluateAsync_ModelFails_StopsTheOthersAndThrows()
    {
        var model = new ScriptedModel(Some.Seed) { Otherwise = _ => Say.Refusal() };
        model.On(Trials[3].ResponseId, new ScriptedReply("") { Fault = new TimeoutException("Out.") });

        var act = () => EvaluateAsync(model, Plan);

        await act.ShouldThrowAsync<TimeoutException>();
    }

    private static Task<IReadOnlyList<JudgedTrial>> EvaluateAsync(
        ScriptedModel model,
        EvaluationPlan plan,
        IJudge? judge = null,
        PromptTrial[]? trials = null,
        Action<JudgedTrial>? onJudged = null) =>
        new PromptEvaluator(new ModelSampler(model, 64)).EvaluateAsync(
            plan, trials ?? Trials, judge ?? new RulesJudge(), onJudged, TestContext.Current.CancellationToken);

    private sealed class RecordingJudge : IJudge
    {
        public JudgeKind Kind => JudgeKind.Model;

        private readonly Lock _gate = new();

        public List<string> Prompts { get; } = [];

        public Task<Judgement> JudgeAsync(JudgementRequest request, CancellationToken cancellationToken)
        {
            lock (_gate) Prompts.Add(request.Prompt);
            return Task.FromResult(new Judgement(JudgeVerdict.Unscored, 10));
        }
    }
}
