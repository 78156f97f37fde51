using Sgasa.Contracts.Artifacts;

namespace Sgasa.Integration.Tests;

/// <summary>Services that end in the middle of their work, as by <c>kill -9</c> or a machine that is gone.</summary>
[Collection(Rounds.Name)]
[Trait("Category", "Integration")]
public sealed class KilledServicesTests(Servers servers, UndisturbedRound undisturbed)
{
    [Fact]
    public async Task Round_EveryServiceKilledAtWork_IsTheUndisturbedOne()
    {
        var expected = await undisturbed.OutcomeAsync();
        await using var deployment = await Deployment.StartAsync(servers, "killed");
        var round = await RoundInHand.BeginAsync(deployment);

        await round.KillAtWorkAsync("synthesizer", "synthesize-guideline");
        deployment["synthesizer"].Start();
        await round.KillAtWorkAsync("augmenter", "augment-prompts");
        deployment["augmenter"].Start();
        await round.KillBeforeAnswerAsync("coordinator");
        deployment["coordinator"].Start();
        await round.KillAtWorkAsync("augmenter", "build-pairs");
        deployment["augmenter"].Start();
        // As a container that takes a dead one's place: under another name, so that the lease has to run out, on an empty disk.
        await round.KillTrainerMidEpochAsync("trainer");
        deployment["trainer"].Start(("Trainer__Owner", "another"), ("Trainer__DataFolder", deployment.NewFolder("another")));
        await round.KillAtWorkAsync("evaluator", "evaluate-checkpoint");
        deployment["evaluator"].Start();

        await round.EndsAsAsync(expected);
    }
}
