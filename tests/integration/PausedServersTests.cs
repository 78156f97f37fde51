using Sgasa.Contracts.Artifacts;

namespace Sgasa.Integration.Tests;

/// <summary>RabbitMQ and MongoDB that fall silent in the middle of a round: nothing breaks, nothing answers.</summary>
[Collection(Rounds.Name)]
[Trait("Category", "Integration")]
public sealed class PausedServersTests(Servers servers, UndisturbedRound undisturbed)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Round_ServersSilentForHalfAMinute_IsTheUndisturbedOne()
    {
        var expected = await undisturbed.OutcomeAsync();
        await using var deployment = await Deployment.StartAsync(servers, "paused");
        var round = await RoundInHand.BeginAsync(deployment);

        await round.HasAsync<AugmentedPrompt>(4);
        await servers.PauseBrokerAsync(Pause);
        await round.HasAsync<SftPair>();
        await servers.PauseDatabaseAsync(Pause);

        await round.EndsAsAsync(expected);
    }
}
