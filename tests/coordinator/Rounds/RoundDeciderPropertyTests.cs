using CsCheck;
using Sgasa.Contracts;
using Sgasa.Coordinator.Rounds;

namespace Sgasa.Coordinator.Tests.Rounds;

public sealed class RoundDeciderPropertyTests
{
    private static readonly Gen<Recipe> Recipes = Gen.Select(
        Gen.Int[1, 3], Gen.Int[2, 24], Gen.Int[1, 7], Gen.Double[1.0, 5.0], Gen.Int[1, 12], Gen.Int[1, 6], Gen.Int[1, 5],
        (guidelines, prompts, batch, budget, sft, dpo, shard) => new Recipe
        {
            Guidelines = new GuidelineRecipe { Count = guidelines, MaxAttempts = 4 },
            Augmentation = new AugmentationRecipe { PromptsPerLabel = prompts, BatchSize = batch, Budget = budget },
            SftData = new SftDataRecipe { PairsPerLabel = sft, MinimumPerLabel = 1, BatchSize = batch },
            DpoData = new DpoDataRecipe
            {
                HarmfulPairs = dpo,
                BenignPairs = sft,
                MinimumPerLabel = 0,
                BatchSize = shard,
            },
            Evaluation = new EvaluationRecipe { PromptsPerLabel = 3, ShardSize = shard },
        });

    private static readonly Gen<Workers> AnyWorkers = Gen.Select(
        Gen.Int[0, 1_000_000], Gen.Double[0.4, 1.0], Gen.Double[0.3, 1.0], Gen.Int[5, 200], Gen.Double[0.3, 1.0],
        (seed, verified, accepted, signatures, paired) => new Workers
        {
            Seed = seed,
            Verified = verified,
            Accepted = accepted,
            Signatures = signatures,
            Paired = paired,
        });

    private static readonly Gen<(Recipe Recipe, Workers Workers, bool HoldOut, int Order)> Scenarios =
        Gen.Select(Recipes, AnyWorkers, Gen.Bool, Gen.Int[0, 1_000_000]);

    [Fact]
    public void Decide_AnswersInAnyOrderRepeatedAndInterrupted_EndsInTheSameStateByTheSameCommands()
    {
        var completed = 0;

        Scenarios.Sample(
            scenario =>
            {
                var start = Some.Started(scenario.Recipe, scenario.HoldOut);
                var straight = new Simulation(start, scenario.Workers).Run();
                var disorderly = new Simulation(start, scenario.Workers).RunInDisorder(new Random(scenario.Order));

                disorderly.State.Status.ShouldBe(straight.State.Status);
                // A failing round stops at once, and how far its other branches had come then is a matter of order.
                if (straight.State.Status != RoundStatus.Completed) return;
                Interlocked.Increment(ref completed);
                disorderly.StateJson.ShouldBe(straight.StateJson);
                disorderly.Issued.ShouldBe(straight.Issued);
            },
            iter: 400);

        completed.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void Decide_AnyRound_EndsAndSaysSoOnce() =>
        Scenarios.Sample(
            scenario =>
            {
                var round = new Simulation(Some.Started(scenario.Recipe, scenario.HoldOut), scenario.Workers)
                    .RunInDisorder(new Random(scenario.Order));

                round.State.Status.ShouldBeOneOf(RoundStatus.Completed, RoundStatus.Failed);
                round.Told.Count(m => m is Contracts.Messages.RoundCompleted or Contracts.Messages.RoundFailed).ShouldBe(1);
                RoundDecider.Outstanding(round.State).ShouldBeEmpty();
            },
            iter: 200);

    [Fact]
    public void Decide_AnyRound_StaysWithinQuotasAndBudgets() =>
        Scenarios.Sample(
            scenario =>
            {
                var state = new Simulation(Some.Started(scenario.Recipe, scenario.HoldOut), scenario.Workers).Run().State;

                var waves = Enum.GetValues<Label>()
                    .SelectMany(l => new[] { state.Prompts[l], state.Sft.Pairs[l], state.Dpo.Pairs[l] })
                    .OfType<WaveState>()
                    .ToList();
                waves.ShouldAllBe(w => w.Kept.Count <= w.Quota && w.Asked <= w.Budget);
                waves.ShouldAllBe(w => w.Kept.Select(i => i.Id).Distinct().Count() == w.Kept.Count);
            },
            iter: 200);
}
