namespace Sgasa.Integration.Tests;

/// <summary>Two deployments on the same servers at the same time, each with the same round.</summary>
[Collection(Rounds.Name)]
[Trait("Category", "Integration")]
public sealed class TwoDeploymentsTests(Servers servers, UndisturbedRound undisturbed)
{
    [Fact]
    public async Task Rounds_OfTwoDeploymentsAtOnce_AreBothTheUndisturbedOne()
    {
        var expected = await undisturbed.OutcomeAsync();
        await using var left = await Deployment.StartAsync(servers, "left");
        await using var right = await Deployment.StartAsync(servers, "right");

        var rounds = await Task.WhenAll(RoundInHand.BeginAsync(left), RoundInHand.BeginAsync(right));

        foreach (var round in rounds) await round.EndsAsAsync(expected);
    }
}
