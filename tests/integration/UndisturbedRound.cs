namespace Sgasa.Integration.Tests;

/// <summary>The tests, one after the other: they share two cores and two servers.</summary>
[CollectionDefinition(Name)]
public sealed class Rounds : ICollectionFixture<UndisturbedRound>
{
    public const string Name = "Rounds";
}

/// <summary>
/// What a round leaves that nothing happened to: made once, and every other round is compared to it. A second deployment on
/// the same servers makes one at the same time.
/// </summary>
public sealed class UndisturbedRound(Servers servers)
{
    private Task<RoundOutcome[]>? _outcomes;

    /// <summary>The outcome; made when it is first asked for.</summary>
    internal async Task<RoundOutcome> OutcomeAsync() => (await BothAsync())[0];

    /// <summary>That of the second deployment.</summary>
    internal async Task<RoundOutcome> SecondOutcomeAsync() => (await BothAsync())[1];

    private Task<RoundOutcome[]> BothAsync() => _outcomes ??= Task.WhenAll(MakeAsync("left"), MakeAsync("right"));

    private async Task<RoundOutcome> MakeAsync(string name)
    {
        await using var deployment = await Deployment.StartAsync(servers, name);
        var round = await RoundInHand.BeginAsync(deployment);
        await round.EndsAsAsync(undisturbed: null);
        return await round.OutcomeAsync();
    }
}
