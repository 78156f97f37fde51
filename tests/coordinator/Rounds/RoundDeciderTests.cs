using System.Text.Json;
using Sgasa.Contracts;
using Sgasa.Contracts.Messages;
using Sgasa.Coordinator.Rounds;
using Sgasa.Modeling;
using static Sgasa.Coordinator.Tests.Rounds.Answers;

namespace Sgasa.Coordinator.Tests.Rounds;

public sealed class RoundDeciderTests
{
    [Fact]
    public void Start_WithTestPrompts_AsksForGuidelinesPromptsAndVanillaAtOnce()
    {
        var start = Some.Started(parent: "r-0/checkpoint/dpo");

        start.Messages.OfType<SynthesizeGuideline>().Select(c => (c.Slot, c.Attempt)).ShouldBe([(0, 0), (1, 0)]);
        start.Messages.OfType<AugmentPrompts>().Select(c => (c.Label, c.Batch, c.Count)).ShouldBe(
            [(Label.Harmful, 0, 4), (Label.Harmful, 1, 2), (Label.Benign, 0, 4), (Label.Benign, 1, 2)]);
        var shards = start.Messages.OfType<EvaluateCheckpoint>().ToList();
        shards.Select(c => (c.Method, c.CheckpointId, c.Shard, c.PromptIds.Count)).ShouldBe(
            [(Method.Vanilla, "r-0/checkpoint/dpo", 0, 4), (Method.Vanilla, "r-0/checkpoint/dpo", 1, 2)]);
        shards.SelectMany(c => c.PromptIds).ShouldBe(Some.TestPromptIds);
        start.Messages.Count.ShouldBe(8);
    }

    [Fact]
    public void Decide_EveryAnswerGood_CompletesAndPromotes()
    {
        var round = new Simulation(Some.Started(), new Workers()).Run();

        round.State.Status.ShouldBe(RoundStatus.Completed);
        round.Single<CheckpointPromoted>().CheckpointId.ShouldBe("r-1/checkpoint/dpo");
        round.Single<RoundCompleted>().RoundId.ShouldBe(Some.RoundId);
        round.Told.OfType<KeepEvaluation>().Select(e => e.Method).Order().ShouldBe(Enum.GetValues<Method>());
        round.Told.OfType<KeepEvaluation>().ShouldAllBe(e => e.Counts.HarmfulScored == 3 && e.Counts.BenignScored == 3);
    }

    [Fact]
    public void Decide_CandidateNoBetter_RejectsAndCompletes()
    {
        var round = new Simulation(Some.Started(), new Workers { EquallySafe = true }).Run();

        round.State.Status.ShouldBe(RoundStatus.Completed);
        round.State.Promotion.ShouldNotBeNull().Reason.ShouldContain("did not rise");
        round.Told.OfType<CheckpointPromoted>().ShouldBeEmpty();
    }

    [Fact]
    public void Decide_AttemptNotVerified_AsksForTheNextOfThatSlot()
    {
        var decision = Decide(Some.Started(), Guideline(slot: 1, attempt: 0, verified: false));

        var command = decision.Messages.ShouldHaveSingleItem().ShouldBeOfType<SynthesizeGuideline>();
        (command.Slot, command.Attempt).ShouldBe((1, 1));
    }

    [Fact]
    public void Decide_AttemptsUsedUp_FailsNamingSlotBestScoreAndRemedy()
    {
        var decision = Decide(
            Some.Started(),
            Guideline(1, 0, verified: false, score: 0.5),
            Guideline(1, 1, verified: false, score: 0.8),
            Guideline(1, 2, verified: false, score: 0.1));

        decision.State.Status.ShouldBe(RoundStatus.Failed);
        decision.Messages.ShouldHaveSingleItem().ShouldBeOfType<RoundFailed>().Reason.ShouldBe(
            "Guideline slot 1 was not verified in 3 attempts (best score 0.80, threshold 0.90). Lower guidelines.threshold " +
            "or raise guidelines.maxAttempts in the recipe, or run the round again to grant as many attempts once more.");
    }

    [Fact]
    public void Decide_LastGuidelineVerified_EvaluatesContextWithAllOfThem()
    {
        var decision = Decide(Some.Started(), Guideline(1, 0, verified: true), Guideline(0, 0, verified: true));

        var shards = decision.Messages.OfType<EvaluateCheckpoint>().ToList();
        shards.Select(c => (c.Method, c.Shard)).ShouldBe([(Method.Context, 0), (Method.Context, 1)]);
        shards.ShouldAllBe(c => c.GuidelineIds.SequenceEqual(new[] { "r-1/guideline/00000-00000", "r-1/guideline/00001-00000" }));
    }

    [Fact]
    public void Decide_GuidelinesAndPromptsOfALabelReady_BuildsItsSftPairs()
    {
        var decision = Decide(
            Some.Started(),
            Guideline(0, 0, verified: true),
            Guideline(1, 0, verified: true),
            Prompts(Label.Benign, batch: 1, count: 2),
            Prompts(Label.Benign, batch: 0, count: 4));

        var batches = decision.Messages.Cast<BuildPairs>().ToList();
        batches.ShouldAllBe(c => c.Stage == Stage.Sft && c.Label == Label.Benign && c.GuidelineIds.Count == 2);
        batches.Select(c => c.PromptIds).ShouldBe(
            [
                ["r-1/prompt/benign/00000-00000", "r-1/prompt/benign/00000-00001"],
                ["r-1/prompt/benign/00000-00002", "r-1/prompt/benign/00000-00003"],
            ]);
    }

    [Fact]
    public void Decide_TooFewPromptsForTheBudget_FailsNamingCountsAndRemedy()
    {
        var round = new Simulation(Some.Started(), new Workers { Accepted = 0 }).Run();

        round.State.Status.ShouldBe(RoundStatus.Failed);
        // 6 prompts wanted at a budget of 3 are 18 texts.
        round.Single<RoundFailed>().Reason.ShouldBe(
            "Augmentation accepted 0 harmful prompts out of 18 texts; 2 are needed for the pairs. Raise " +
            "augmentation.budget or lower the minimumPerLabel of sftData and dpoData in the recipe, or run the round " +
            "again to grant the budget once more.");
    }

    [Fact]
    public void Decide_BothLabelsHaveTheirPairs_TrainsOnTheQuotaSortedById()
    {
        var round = new Simulation(Some.Started(), new Workers()).Run();

        var command = round.Commands.OfType<TrainCheckpoint>().Single(c => c.Stage == Stage.Sft);
        command.PairIds.Count.ShouldBe(8);
        command.PairIds.ShouldBe(command.PairIds.Order(StringComparer.Ordinal));
        command.PairIds.Count(p => p.Contains("/benign/", StringComparison.Ordinal)).ShouldBe(4);
    }

    [Fact]
    public void Decide_SftCheckpointReady_TakesUnusedPromptsFirstForDpo()
    {
        var round = new Simulation(Some.Started(), new Workers()).Run();

        // Six prompts, of which SFT used the first four; three harmful pairs are wanted.
        var batches = round.Commands.OfType<BuildPairs>().Where(c => c.Stage == Stage.Dpo && c.Label == Label.Harmful);
        batches.SelectMany(c => c.PromptIds).ShouldBe(
            ["r-1/prompt/harmful/00001-00000", "r-1/prompt/harmful/00001-00001", "r-1/prompt/harmful/00000-00000"]);
        round.Commands.OfType<BuildPairs>().Where(c => c.Stage == Stage.Dpo).ShouldAllBe(c => c.GuidelineIds.Count == 0);
    }

    [Fact]
    public void Decide_SftPairsTooFewWhenPromptsAreUsedUp_FailsNamingCountsAndRemedy()
    {
        var round = new Simulation(Some.Started(), new Workers { Paired = 0 }).Run();

        round.State.Status.ShouldBe(RoundStatus.Failed);
        round.State.Reason.ShouldBe(
            "6 harmful prompts gave 0 SFT pairs, and all prompts are used up; 2 are needed. Raise " +
            "augmentation.promptsPerLabel or sftData.samples, or lower sftData.minimumPerLabel in the recipe.");
    }

    [Fact]
    public void Decide_NoDpoPairAndNoneRequired_FailsForWantOfAnything()
    {
        var recipe = Some.Recipe with { DpoData = Some.Recipe.DpoData with { MinimumPerLabel = 0 } };

        var round = new Simulation(Some.Started(recipe), new Workers { DpoPaired = 0 }).Run();

        round.State.Status.ShouldBe(RoundStatus.Failed);
        round.State.Reason.ShouldStartWith("No DPO pair could be built");
    }

    [Fact]
    public void Decide_CheckpointsReady_EvaluatesThem()
    {
        var round = new Simulation(Some.Started(parent: "r-0/checkpoint/dpo"), new Workers()).Run();

        round.Commands.OfType<EvaluateCheckpoint>().Select(c => (c.Method, c.CheckpointId)).Distinct().Order().ShouldBe(
            [
                (Method.Vanilla, "r-0/checkpoint/dpo"),
                (Method.Context, "r-0/checkpoint/dpo"),
                (Method.Sft, "r-1/checkpoint/sft"),
                (Method.Dpo, "r-1/checkpoint/dpo"),
            ]);
    }

    [Fact]
    public void Decide_WithoutTestPrompts_HoldsOutTheLastFifthOfThePrompts()
    {
        var recipe = Some.Recipe with { Augmentation = Some.Recipe.Augmentation with { PromptsPerLabel = 10 } };

        var round = new Simulation(Some.Started(recipe, holdOut: true), new Workers()).Run();

        // A fifth of ten is two: the last two of each label.
        round.Single<KeepTestPrompts>().Prompts.ShouldBe(
            [
                new HeldOutPrompt("r-1/prompt/harmful/00002-00000", "r-1/test/harmful/00000"),
                new HeldOutPrompt("r-1/prompt/harmful/00002-00001", "r-1/test/harmful/00001"),
                new HeldOutPrompt("r-1/prompt/benign/00002-00000", "r-1/test/benign/00000"),
                new HeldOutPrompt("r-1/prompt/benign/00002-00001", "r-1/test/benign/00001"),
            ]);
        round.Commands.OfType<BuildPairs>().SelectMany(c => c.PromptIds)
            .ShouldNotContain(id => id.Contains("/00002-0000", StringComparison.Ordinal));
        round.Commands.OfType<EvaluateCheckpoint>().SelectMany(c => c.PromptIds).Distinct().Count().ShouldBe(4);
    }

    [Fact]
    public void Decide_WithoutTestPrompts_EvaluatesNothingBeforeTheyAreKept()
    {
        var start = Some.Started(holdOut: true);
        start.Messages.ShouldNotContain(m => m is EvaluateCheckpoint);

        var decision = Decide(
            start,
            Prompts(Label.Harmful, 0, 4), Prompts(Label.Harmful, 1, 2), Prompts(Label.Benign, 0, 4), Prompts(Label.Benign, 1, 2));

        decision.Messages[0].ShouldBeOfType<KeepTestPrompts>();
        decision.Messages.OfType<EvaluateCheckpoint>().ShouldHaveSingleItem().Method.ShouldBe(Method.Vanilla);
    }

    [Fact]
    public void State_WrittenAndReadBack_IsTheSame()
    {
        var recipe = Some.Recipe with
        {
            Evaluation = Some.Recipe.Evaluation with { Sampling = new SamplingConfig { Temperature = 0, TopP = 0 } },
        };
        var round = new Simulation(Some.Started(recipe), new Workers { Paired = 0.5 }).Run();

        var read = round.ReadBack();

        read.Recipe.ShouldBe(recipe);
        JsonSerializer.Serialize(read, RoundJson.Default.RoundState).ShouldBe(round.StateJson);
    }
}
