using Sgasa.Integration.Tests.Wire;

namespace Sgasa.Integration.Tests;

/// <summary>RabbitMQ and MongoDB that go down and come back in the middle of a round.</summary>
[Collection(Rounds.Name)]
[Trait("Category", "Integration")]
public sealed class RestartedServersTests(Servers servers, UndisturbedRound undisturbed)
{
    [Fact]
    public async Task Round_ServersRestarted_IsTheUndisturbedOne()
    {
        var expected = await undisturbed.OutcomeAsync();
        await using var deployment = await Deployment.StartAsync(servers, "restarted");
        var prompts = deployment.Switchboard.Hold("augmenter", WorkPlaces.InTheWorkOn("augment-prompts", batch: 2));
        var pairs = deployment.Switchboard.Hold("augmenter", WorkPlaces.InTheWorkOn("build-pairs", batch: 1));
        var round = await RoundInHand.BeginAsync(deployment);

        // The work goes on while the server is away, and ends to find it so.
        await deployment.IsHeldAsync(prompts);
        var broker = servers.RestartBrokerAsync();
        prompts.LetGo();
        await broker;
        await deployment.IsHeldAsync(pairs);
        var database = servers.RestartDatabaseAsync();
        pairs.LetGo();
        await database;

        await round.EndsAsAsync(expected);
    }
}
