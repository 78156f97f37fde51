using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Sgasa.Artifacts;
using Sgasa.Coordinator.Progress;
using Sgasa.Hosting.Bus;

namespace Sgasa.Coordinator.Rounds;

/// <summary>
/// Carries decisions out. A round's new state is saved together with the messages that follow from it, under an
/// optimistic version; then they are sent, then forgotten. A crash anywhere in between loses nothing: what is still in
/// the document is sent again, to consumers that do not mind.
/// </summary>
public sealed class RoundRunner(
    IRoundStore rounds,
    MessageDispatcher dispatcher,
    RoundFeed feed,
    IOptions<BusOptions> bus,
    TimeProvider time,
    ILogger<RoundRunner> logger)
{
    /// <summary>
    /// With a broker, which loses nothing, the shortest time between two askings for the same outstanding work: coordinators
    /// that start together, and commands given again and again, ask once.
    /// </summary>
    internal static readonly TimeSpan ResendInterval = TimeSpan.FromMinutes(1);

    // Events of one round take turns in this process, so that versions clash only between processes.
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    /// <summary>Stores a new round with its first messages, and sends them.</summary>
    /// <returns>False when the round is there already; then nothing is changed or sent.</returns>
    public Task<bool> BeginAsync(Decision start, DateTimeOffset createdAt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(start);
        return InTurnAsync(
            start.State.RoundId,
            async () =>
            {
                var stored = new StoredRound { State = start.State }.With(start);
                var document = stored.Write(version: 0, createdAt);
                if (!await rounds.TrySaveAsync(document, cancellationToken)) return false;

                logger.RoundStarted(start.State.RoundId);
                await SendAsync(document with { Version = 1 }, stored, cancellationToken);
                return true;
            },
            cancellationToken);
    }

    /// <summary>Decides about a round and carries it out; sends what an earlier crash left unsent, too.</summary>
    /// <param name="roundId">The round.</param>
    /// <param name="decide">The decision; asked again when another process saved the round first.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The round after it; null when there is no such round.</returns>
    public Task<RoundState?> ApplyAsync(
        string roundId, Func<RoundState, Decision> decide, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(decide);
        return InTurnAsync(
            roundId,
            async () =>
            {
                while (await rounds.FindAsync(roundId, cancellationToken) is { } document)
                {
                    var stored = StoredRound.Read(document);
                    var decision = decide(stored.State);
                    if (!ReferenceEquals(decision.State, stored.State) || decision.Messages.Count > 0)
                    {
                        var before = stored.State.Status;
                        stored = stored.With(decision);
                        document = stored.Write(document.Version, document.CreatedAt);
                        if (!await rounds.TrySaveAsync(document, cancellationToken)) continue;
                        document = document with { Version = document.Version + 1 };
                        if (stored.State.Status != before) LogEnd(stored.State);
                    }

                    await SendAsync(document, stored, cancellationToken);
                    return stored.State;
                }

                logger.RoundUnknown(roundId);
                return null;
            },
            cancellationToken);
    }

    /// <summary>
    /// Sends every message that waits, and every outstanding command again, as after a restart; the commands not, where
    /// any process did so a moment ago.
    /// </summary>
    /// <returns>The round as it stands; null when there is no such round.</returns>
    public Task<RoundState?> ResendAsync(string roundId, CancellationToken cancellationToken) => InTurnAsync(
        roundId,
        async () =>
        {
            while (await rounds.FindAsync(roundId, cancellationToken) is { } document)
            {
                var stored = StoredRound.Read(document);
                var isDue = IsDue(stored);
                if (isDue && HasBroker)
                {
                    // Saved first: of two that ask at once, one does.
                    stored = stored with { AskedAgainAt = time.GetUtcNow() };
                    document = stored.Write(document.Version, document.CreatedAt);
                    if (!await rounds.TrySaveAsync(document, cancellationToken)) continue;
                    document = document with { Version = document.Version + 1 };
                }

                await SendAsync(document, stored, cancellationToken);
                if (isDue) await AskAgainAsync(stored.State, cancellationToken);
                return stored.State;
            }

            return null;
        },
        cancellationToken);

    private bool HasBroker => bus.Value.Transport != BusTransport.InMemory;

    private bool IsDue(StoredRound stored) => stored.State.Status == RoundStatus.Running
        && (!HasBroker || stored.AskedAgainAt is not { } last || time.GetUtcNow() - last >= ResendInterval);

    private void LogEnd(RoundState state)
    {
        if (state.Promotion is { } promotion)
            logger.RoundCompleted(state.RoundId, promotion.Promoted ? "promoted" : "rejected", state.Dpo.CheckpointId, promotion.Reason);
        else if (state.Status != RoundStatus.Running)
            logger.RoundEnded(state.RoundId, state.Status, state.Reason);
    }

    private async Task AskAgainAsync(RoundState state, CancellationToken cancellationToken)
    {
        var outstanding = RoundDecider.Outstanding(state);
        foreach (var command in outstanding) await dispatcher.DispatchAsync(command, cancellationToken);
        logger.RoundResumed(state.RoundId, outstanding.Count);
    }

    private async Task SendAsync(RoundDocument document, StoredRound stored, CancellationToken cancellationToken)
    {
        foreach (var message in stored.Outbox.Select(m => m.Read()).OfType<object>())
            await dispatcher.DispatchAsync(message, cancellationToken);
        // Told last: whoever hears that a round has ended finds all of its results in the store.
        feed.Advance(stored.State, document.Version);
        if (stored.Outbox.Count == 0) return;

        var last = stored.Outbox[^1].Number;
        while (!await rounds.TrySaveAsync(
            stored.Sent(last).Write(document.Version, document.CreatedAt), cancellationToken))
        {
            // Another process saved the round meanwhile: what it added is its own to send.
            document = await rounds.FindAsync(document.Id, cancellationToken)
                ?? throw new InvalidOperationException($"Round '{document.Id}' vanished from the store.");
            stored = StoredRound.Read(document);
        }
    }

    private async Task<T> InTurnAsync<T>(string roundId, Func<Task<T>> act, CancellationToken cancellationToken)
    {
        var turn = _turns.GetOrAdd(roundId, static _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            return await act();
        }
        finally
        {
            turn.Release();
        }
    }
}
