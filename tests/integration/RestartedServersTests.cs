using Sgasa.Contracts.Artifacts;

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
        var round = await RoundInHand.BeginAsync(deployment);

        await round.HasAsync<AugmentedPrompt>(4);
        await servers.RestartBrokerAsync();
        await round.HasAsync<SftPair>();
        await servers.RestartDatabaseAsync();

        await round.EndsAsAsync(expected);
    }
}
