namespace Sgasa.Integration.Tests;

/// <summary>The tests, one after the other: they share two cores and two servers.</summary>
[CollectionDefinition(Name)]
public sealed class Rounds : ICollectionFixture<UndisturbedRound>
{
    public const string Name = "Rounds";
}

/// <summary>What a round leaves that nothing happened to: made once, and every other round is compared to it.</summary>
public sealed class UndisturbedRound(Servers servers)
{
    private Task<RoundOutcome>? _outcome;

    /// <summary>The outcome; made when it is first asked for.</summary>
    internal Task<RoundOutcome> OutcomeAsync() => _outcome ??= MakeAsync();

    private async Task<RoundOutcome> MakeAsync()
    {
        await using var deployment = await Deployment.StartAsync(servers, "undisturbed");
        var round = await RoundInHand.BeginAsync(deployment);
        await round.CompletesAsync();
        return await round.OutcomeAsync();
    }
}
