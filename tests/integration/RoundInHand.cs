namespace Sgasa.Integration.Tests;

/// <summary>A round that a deployment works on.</summary>
internal sealed class RoundInHand
{
    private readonly Deployment _deployment;

    private RoundInHand(Deployment deployment, string id) => (_deployment, Id) = (deployment, id);

    /// <summary>The round's id.</summary>
    public string Id { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Begins it; whoever gets no answer asks again.</summary>
    /// <param name="deployment">Who works on it.</param>
    /// <param name="coordinators">The coordinators that are asked for it, all at once; the only one if none is named.</param>
    public static async Task<RoundInHand> BeginAsync(Deployment deployment, params string[] coordinators)
    {
        var begun = coordinators.DefaultIfEmpty("coordinator").Select(deployment.BeginAsync);
        return new RoundInHand(deployment, (await Task.WhenAll(begun)).Distinct().ShouldHaveSingleItem());
    }

    /// <summary>
    /// Waits until the round has ended, as a whole one, and nothing of it is under way any more: no message in a queue but
    /// those in error queues, and no unsent one in the round itself.
    /// </summary>
    public async Task CompletesAsync()
    {
        await _deployment.UntilAsync("the round ends", Patience.Round, async () =>
        {
            var document = (await _deployment.Stores.Rounds.FindAsync(Id, Token))!;
            if (document.Status is not ("Running" or "Completed"))
                throw await _deployment.FailureAsync($"The round ended as {document.Status}. {document.Json}");
            return document.Status == "Completed" && document.Json.Contains("\"outbox\":[]", StringComparison.Ordinal);
        });
        await _deployment.UntilAsync(
            "all queues are empty",
            Patience.Service,
            async () => _deployment.Replicas.All(r => _deployment.Switchboard.InHand(r.Name).Count == 0)
                && (await _deployment.QueuesAsync()).Where(q => !q.IsForErrors).All(q => q.Ready == 0));
    }

    /// <summary>What it left.</summary>
    public Task<RoundOutcome> OutcomeAsync() => RoundOutcome.ReadAsync(_deployment.Stores, Id, Token);

    /// <summary>
    /// Waits for the round's end, and compares: the same artifacts as of the undisturbed one, nothing lost, nothing twice,
    /// and no message given up.
    /// </summary>
    /// <param name="undisturbed">What the undisturbed one left; null where this is it.</param>
    /// <param name="faults">How many messages are in error queues because a test put them there.</param>
    public async Task EndsAsAsync(RoundOutcome? undisturbed, int faults = 0)
    {
        await CompletesAsync();

        var difference = undisturbed is null ? "" : (await OutcomeAsync()).DifferenceTo(undisturbed);
        if (difference.Length > 0) throw await _deployment.FailureAsync($"The round left something else:\n{difference}");
        var givenUp = (await _deployment.QueuesAsync()).Where(q => q.IsForErrors).Sum(q => (int)q.Ready);
        if (givenUp != faults) throw await _deployment.FailureAsync($"{givenUp} messages are in error queues, not {faults}.");
    }
}
