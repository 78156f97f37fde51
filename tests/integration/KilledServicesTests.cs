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
    private static readonly WorkPlaces Synthesis = WorkPlaces.Synthesis, Augmentation = WorkPlaces.Augmentation,
        Pairs = WorkPlaces.Pairs, Evaluation = WorkPlaces.Evaluation;

    private static readonly Dictionary<string, Death[]> DeathsByRound = new()
    {
        ["before the work"] =
        [
            new("coordinator", CoordinatorPlaces.BeforeTheRoundIsStored),
            new("coordinator", CoordinatorPlaces.BeforeTheWork),
            new("synthesizer", Synthesis.BeforeTheWork),
            new("augmenter", Augmentation.BeforeTheWork),
            new("augmenter", Pairs.BeforeTheWork),
            new("trainer", TrainerPlaces.BeforeTheWork),
            new("trainer", TrainerPlaces.BetweenTwoSteps) { IsForGood = true },
            new("evaluator", Evaluation.BeforeTheWork),
        ],
        ["in the work"] =
        [
            new("coordinator", CoordinatorPlaces.RoundStored),
            new("coordinator", CoordinatorPlaces.BeforeTheStateIsStored),
            new("synthesizer", Synthesis.InTheWork),
            new("augmenter", Augmentation.InTheWorkOn(batch: 2)),
            new("augmenter", Pairs.InTheWorkOn(batch: 1)),
            new("trainer", TrainerPlaces.InTheWork),
            new("trainer", TrainerPlaces.WhileAStateIsWritten),
            new("evaluator", Evaluation.InTheWork),
        ],
        ["after the artifacts are stored"] =
        [
            new("coordinator", CoordinatorPlaces.StateStored),
            new("synthesizer", Synthesis.ArtifactsStored),
            new("synthesizer", Synthesis.ReceiptStored),
            new("augmenter", Augmentation.ArtifactsStored),
            new("augmenter", Augmentation.ReceiptStored),
            new("trainer", TrainerPlaces.BeforeTheJobIsStored),
            new("trainer", TrainerPlaces.StateStored) { IsForGood = true },
            new("trainer", TrainerPlaces.AdapterWritten),
            new("evaluator", Evaluation.ArtifactsStored),
        ],
        ["after the answer is published"] =
        [
            new("coordinator", CoordinatorPlaces.CommandSent),
            new("synthesizer", Synthesis.AnswerPublished),
            new("augmenter", Augmentation.AnswerPublished),
            new("augmenter", Pairs.ArtifactsStored),
            new("augmenter", Pairs.AnswerPublished),
            new("trainer", TrainerPlaces.JobStored),
            new("trainer", TrainerPlaces.CheckpointStored) { IsForGood = true },
            new("trainer", TrainerPlaces.CheckpointPublished),
            new("evaluator", Evaluation.AnswerPublished),
        ],
        ["before the acknowledgement"] =
        [
            new("coordinator", CoordinatorPlaces.BeforeTheAcknowledgement),
            new("synthesizer", Synthesis.BeforeTheAcknowledgement),
            new("augmenter", Augmentation.BeforeTheAcknowledgement),
            new("augmenter", Pairs.ReceiptStored),
            new("augmenter", Pairs.BeforeTheAcknowledgement),
            new("trainer", TrainerPlaces.BeforeTheAcknowledgement),
            new("trainer", TrainerPlaces.BeforeTheJobHasEnded),
            new("evaluator", Evaluation.ReceiptStored),
            new("evaluator", Evaluation.BeforeTheAcknowledgement),
        ],
    };

    public static TheoryData<string> RoundsOfDeaths => [.. DeathsByRound.Keys];

    [Fact]
    public void Deaths_OfAllRounds_AreAtEveryPlaceThereIs()
    {
        var died = DeathsByRound.Values.SelectMany(d => d).Select(d => d.Place.Name);

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
