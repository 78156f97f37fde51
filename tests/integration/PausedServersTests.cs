using Sgasa.Integration.Tests.Wire;

namespace Sgasa.Integration.Tests;

/// <summary>RabbitMQ and MongoDB that fall silent in the middle of a round: nothing breaks, nothing answers.</summary>
[Collection(Rounds.Name)]
[Trait("Category", "Integration")]
public sealed class PausedServersTests(Servers servers, UndisturbedRound undisturbed)
{
    [Fact]
    public async Task Round_ServersSilentUntilTheyAreGivenUp_IsTheUndisturbedOne()
    {
        var expected = await undisturbed.OutcomeAsync();
        await using var deployment = await Deployment.StartAsync(
            servers, "paused", TimeSpan.FromSeconds(10), ("Bus__Heartbeat", "00:00:02"));
        var prompts = deployment.Switchboard.Hold("augmenter", WorkPlaces.InTheWorkOn("augment-prompts", batch: 2));
        var pairs = deployment.Switchboard.Hold("augmenter", WorkPlaces.InTheWorkOn("build-pairs", batch: 1));
        var round = await RoundInHand.BeginAsync(deployment);

        await SilenceAsync(deployment, prompts, Route.Broker, Deployment.Services);
        // Who does nothing asks nothing, and has nothing to give up.
        await SilenceAsync(deployment, pairs, Route.Database, ["augmenter"]);

        await round.EndsAsAsync(expected);
    }

    /// <summary>While work is held, lets a server fall silent; the work then ends in the silence, and its answer finds nobody.</summary>
    private static async Task SilenceAsync(Deployment deployment, Hold work, Route route, IReadOnlyList<string> replicas)
    {
        await deployment.IsHeldAsync(work);
        var before = replicas.ToDictionary(r => r, r => deployment[r].GivenUp(route));
        var silence = deployment.Switchboard.Silence(route);
        work.LetGo();
        await deployment.UntilAsync(
            $"{string.Join(", ", replicas)} give the silent {route} up",
            Patience.Service,
            () => Task.FromResult(replicas.All(r => deployment[r].GivenUp(route) > before[r])));
        // What was said into the silence is lost: sent on now, it would meet what its sender does about having given up.
        silence.Cut();
    }
}
