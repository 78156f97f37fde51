namespace Sgasa.Integration.Tests;

/// <summary>Two deployments on the same servers at the same time, each with the same round.</summary>
[Collection(Rounds.Name)]
[Trait("Category", "Integration")]
public sealed class TwoDeploymentsTests(UndisturbedRound undisturbed)
{
    [Fact]
    public async Task Rounds_OfTwoDeploymentsAtOnce_LeaveTheSame()
    {
        var left = await undisturbed.OutcomeAsync();
        var right = await undisturbed.SecondOutcomeAsync();

        right.DifferenceTo(left).ShouldBeEmpty();
    }
}
