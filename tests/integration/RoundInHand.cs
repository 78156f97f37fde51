using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Integration.Tests;

/// <summary>A round that a deployment works on.</summary>
internal sealed class RoundInHand
{
    private static readonly TimeSpan Beginning = TimeSpan.FromMilliseconds(100);

    private readonly Deployment _deployment;

    private RoundInHand(Deployment deployment, string id) => (_deployment, Id) = (deployment, id);

    /// <summary>The round's id.</summary>
    public string Id { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Begins it.</summary>
    /// <param name="deployment">Who works on it.</param>
    /// <param name="coordinators">The coordinators that are asked for it, all at once; the only one if none is named.</param>
    public static async Task<RoundInHand> BeginAsync(Deployment deployment, params string[] coordinators)
    {
        var begun = coordinators.DefaultIfEmpty("coordinator").Select(deployment.BeginAsync);
        return new RoundInHand(deployment, (await Task.WhenAll(begun)).Distinct().ShouldHaveSingleItem());
    }

    /// <summary>Where it stands.</summary>
    public async Task<string> StatusAsync() => (await _deployment.Stores.Rounds.FindAsync(Id, Token))!.Status;

    /// <summary>Waits until there are some artifacts of a kind, while the round still needs more.</summary>
    public async Task HasAsync<T>(int count = 1) where T : class, IArtifact
    {
        await WhileGoingAsync(
            $"there are {count} of {typeof(T).Name}",
            async () => (await _deployment.Stores.Artifacts.ListAsync<T>(Id, Token)).Count >= count);
        (await StatusAsync()).ShouldBe("Running", "the round was over before anything could happen to it");
    }

    /// <summary>Ends a replica while it holds a message of that queue and has not answered it.</summary>
    public async Task KillAtWorkAsync(string replica, string queue)
    {
        var process = _deployment[replica];
        await WhileGoingAsync($"{replica} works on {queue}", async () =>
        {
            // Held still before the look, it can't finish meanwhile; and what came while it was held, it then begins.
            process.Freeze();
            if (await HoldsAsync(queue))
            {
                process.Thaw();
                await Task.Delay(Beginning, TimeProvider.System, Token);
                process.Freeze();
                if (await HoldsAsync(queue)) return true;
            }

            process.Thaw();
            return false;
        });
        await process.KillAsync();
    }

    /// <summary>
    /// Ends a coordinator with events that it has not answered. It answers one too soon for <see cref="KillAtWorkAsync"/>.
    /// </summary>
    public async Task KillBeforeAnswerAsync(string coordinator)
    {
        _deployment[coordinator].Freeze();
        await WhileGoingAsync($"{coordinator} gets an event", () => HoldsAsync("advance-round"));
        await _deployment[coordinator].KillAsync();
    }

    /// <summary>
    /// Waits until a training has saved a state and has steps left, and ends the trainer there, before it took another one.
    /// </summary>
    public async Task KillTrainerMidEpochAsync(string trainer)
    {
        await WhileGoingAsync($"{trainer} trains", async () =>
        {
            if (!await IsMidEpochAsync()) return false;
            _deployment[trainer].Freeze();
            if (await IsMidEpochAsync()) return true;
            _deployment[trainer].Thaw();
            return false;
        });
        await _deployment[trainer].KillAsync();
    }

    /// <summary>
    /// Waits until the round has ended, as a whole one, and nothing of it is under way any more: no message in a queue but
    /// those in error queues, and no unsent one in the round itself.
    /// </summary>
    public async Task CompletesAsync()
    {
        await WhileGoingAsync("the round ends", async () =>
        {
            var document = await _deployment.Stores.Rounds.FindAsync(Id, Token);
            return document!.Status == "Completed" && document.Json.Contains("\"outbox\":[]", StringComparison.Ordinal);
        });
        await _deployment.UntilAsync(
            "all queues are empty",
            Patience.Service,
            async () => (await _deployment.QueuesAsync())
                .Where(q => !q.IsForErrors)
                .All(q => q is { Ready: 0, Unacknowledged: 0 }));
    }

    /// <summary>What it left.</summary>
    public Task<RoundOutcome> OutcomeAsync() => RoundOutcome.ReadAsync(_deployment.Stores, Id, Token);

    /// <summary>
    /// Waits for the round's end, and compares: the same artifacts as of the undisturbed one, nothing lost, nothing twice,
    /// and no message given up.
    /// </summary>
    /// <param name="undisturbed">What the undisturbed one left.</param>
    /// <param name="faults">How many messages are in error queues because a test put them there.</param>
    public async Task EndsAsAsync(RoundOutcome undisturbed, int faults = 0)
    {
        await CompletesAsync();

        var difference = (await OutcomeAsync()).DifferenceTo(undisturbed);
        if (difference.Length > 0) throw await _deployment.FailureAsync($"The round left something else:\n{difference}");
        var givenUp = (await _deployment.QueuesAsync()).Where(q => q.IsForErrors).Sum(q => q.Ready);
        if (givenUp != faults) throw await _deployment.FailureAsync($"{givenUp} messages are in error queues, not {faults}.");
    }

    /// <summary>Waits until something is so, and no longer than the round has a chance to complete.</summary>
    private Task WhileGoingAsync(string what, Func<Task<bool>> look) => _deployment.UntilAsync(
        what,
        Patience.Round,
        async () =>
        {
            var state = (await _deployment.Stores.Rounds.FindAsync(Id, Token))!;
            return state.Status is "Running" or "Completed"
                ? await look()
                : throw await _deployment.FailureAsync($"The round ended as {state.Status} and not: {what}. {state.Json}");
        });

    private async Task<bool> HoldsAsync(string queue) =>
        (await _deployment.QueuesAsync()).Any(q => q.Name == queue && q.Unacknowledged > 0);

    private async Task<bool> IsMidEpochAsync()
    {
        foreach (var stage in Enum.GetValues<Stage>())
        {
            var job = await _deployment.Stores.Jobs.FindAsync(ArtifactIds.Checkpoint(Id, stage), Token);
            if (job is { Status: TrainingJobStatus.Running, Step: > SmallRound.SaveEvery } && job.Step < job.Steps) return true;
        }

        return false;
    }
}
