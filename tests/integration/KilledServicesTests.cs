using Sgasa.Integration.Tests.Wire;

namespace Sgasa.Integration.Tests;

/// <summary>
/// Services that end in the middle of their work, as by <c>kill -9</c> or a machine that is gone: at every place where what
/// they did and what the others know of it differ, by list.
/// </summary>
[Collection(Rounds.Name)]
[Trait("Category", "Integration")]
public sealed class KilledServicesTests(Servers servers, UndisturbedRound undisturbed)
{
    private static readonly Dictionary<string, Death[]> DeathsByRound = new()
    {
        ["before the work"] =
        [
            new("coordinator", CoordinatorPlaces.BeforeTheRoundIsStored),
            new("coordinator", CoordinatorPlaces.BeforeTheWork),
            new("synthesizer", WorkPlaces.BeforeTheWork),
            new("augmenter", WorkPlaces.BeforeTheWork),
            new("trainer", TrainerPlaces.BeforeTheWork),
            new("trainer", TrainerPlaces.BeforeTheJobIsStored),
            new("trainer", TrainerPlaces.BetweenTwoSteps) { IsForGood = true },
            new("evaluator", WorkPlaces.BeforeTheWork),
        ],
        ["in the work"] =
        [
            new("coordinator", CoordinatorPlaces.RoundStored),
            new("coordinator", CoordinatorPlaces.BeforeTheStateIsStored),
            new("synthesizer", WorkPlaces.InTheWork),
            new("augmenter", WorkPlaces.InTheWorkOn("augment-prompts", batch: 2)),
            new("augmenter", WorkPlaces.InTheWorkOn("build-pairs", batch: 1)),
            new("trainer", TrainerPlaces.InTheWork),
            new("trainer", TrainerPlaces.WhileAStateIsWritten),
            new("evaluator", WorkPlaces.ArtifactsStored),
        ],
        ["after the work is stored"] =
        [
            new("coordinator", CoordinatorPlaces.StateStored),
            new("synthesizer", WorkPlaces.ArtifactsStored),
            new("augmenter", WorkPlaces.ReceiptStored),
            new("trainer", TrainerPlaces.JobStored),
            new("trainer", TrainerPlaces.StateStored) { IsForGood = true },
            new("trainer", TrainerPlaces.AdapterWritten),
            new("trainer", TrainerPlaces.CheckpointPublished),
            new("evaluator", WorkPlaces.AnswerPublished),
        ],
        ["before the acknowledgement"] =
        [
            new("coordinator", CoordinatorPlaces.CommandSent),
            new("coordinator", CoordinatorPlaces.BeforeTheAcknowledgement),
            new("synthesizer", WorkPlaces.AnswerPublished),
            new("augmenter", WorkPlaces.BeforeTheAcknowledgement),
            new("trainer", TrainerPlaces.BeforeTheAcknowledgement),
            new("trainer", TrainerPlaces.CheckpointStored) { IsForGood = true },
            new("trainer", TrainerPlaces.BeforeTheJobHasEnded),
            new("evaluator", WorkPlaces.BeforeTheAcknowledgement),
        ],
    };

    public static TheoryData<string> RoundsOfDeaths => [.. DeathsByRound.Keys];

    [Fact]
    public void Deaths_OfAllRounds_AreAtEveryPlaceThereIs()
    {
        var died = DeathsByRound.Values.SelectMany(d => d).Select(d => d.Place.Name).Distinct();

        died.ShouldBe(Places.All.Select(p => p.Name), ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(RoundsOfDeaths))]
    public async Task Round_EveryServiceKilledAtAPlace_IsTheUndisturbedOne(string place)
    {
        var expected = await undisturbed.OutcomeAsync();
        await using var deployment = await Deployment.StartAsync(servers, place.Replace(' ', '-'));

        var deaths = deployment.DieAsync(DeathsByRound[place]);
        var round = await RoundInHand.BeginAsync(deployment);
        await deaths;

        await round.EndsAsAsync(expected);
    }
}
