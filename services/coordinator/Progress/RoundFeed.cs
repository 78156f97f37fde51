using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Messages;
using Sgasa.Coordinator.Rounds;
using Sgasa.Hosting;

namespace Sgasa.Coordinator.Progress;

/// <summary>
/// Hands the progress of rounds to whoever watches: at once where this process advances them, and from the store a moment
/// later where another one does. So a watcher may ask any replica, and another one after a break.
/// </summary>
public sealed class RoundFeed(
    IRoundStore rounds, ITrainingJobStore jobs, TimeProvider time, ILogger<RoundFeed> logger) : IRoundFeed
{
    /// <summary>How long what another process did stays unseen, at most.</summary>
    internal static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, RoundTopic> _topics = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public async IAsyncEnumerable<RoundProgress> WatchAsync(
        string roundId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var document = await rounds.FindAsync(roundId, cancellationToken) ?? throw new RoundNotFoundException(roundId);
        while (StoredRound.Read(document) is { State.Status: not RoundStatus.Running, Outbox.Count: > 0 })
        {
            // It has ended, and another process is still storing its results.
            await Task.Delay(LookInterval, time, cancellationToken);
            document = await rounds.FindAsync(roundId, cancellationToken) ?? throw new RoundNotFoundException(roundId);
        }

        var topic = TopicOf(roundId);
        var news = topic.Subscribe(StoredRound.Read(document).State, document.Version);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var looking = LookAsync(roundId, topic, enough.Token);
        try
        {
            await foreach (var progress in news.ReadAllAsync(cancellationToken))
            {
                yield return progress;
                if (progress.Status != RoundStatus.Running) yield break;
            }
        }
        finally
        {
            topic.Unsubscribe(news);
            await enough.CancelAsync();
            await looking;
        }
    }

    /// <summary>Tells the watchers a round's new state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="version">The version of the document that holds it; an older one than is known is no news.</param>
    internal void Advance(RoundState state, long version) => TopicOf(state.RoundId).Advance(state, version);

    /// <summary>Tells the watchers how far a training is.</summary>
    internal void Report(TrainingProgressed news) => TopicOf(news.RoundId).Report(news);

    /// <summary>Ends the watching with a fault that keeps the round from advancing.</summary>
    internal void Fail(string roundId, Exception fault) => TopicOf(roundId).Fail(fault);

    private RoundTopic TopicOf(string roundId) => _topics.GetOrAdd(roundId, _ => new RoundTopic(time));

    /// <summary>Looks into the store now and then, one watcher of a round for all of them.</summary>
    private async Task LookAsync(string roundId, RoundTopic topic, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(LookInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
                if (topic.IsLookDue(LookInterval)) await LookOnceAsync(roundId, topic, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Nobody watches any more.
        }
    }

    private async Task LookOnceAsync(string roundId, RoundTopic topic, CancellationToken ct)
    {
        try
        {
            if (await rounds.FindAsync(roundId, ct) is not { } document) return;

            if (document.Version > topic.Version)
            {
                var stored = StoredRound.Read(document);
                // Whoever hears that a round has ended finds all of its results in the store.
                if (stored.State.Status == RoundStatus.Running || stored.Outbox.Count == 0)
                    topic.Advance(stored.State, document.Version);
            }

            foreach (var stage in topic.Trainings())
                if (await jobs.FindAsync(ArtifactIds.Checkpoint(roundId, stage), ct) is { Steps: > 0 } job)
                    topic.Report(NewsOf(roundId, stage, job));
        }
        catch (Exception fault) when (TransientFaults.IsTransient(fault) && !ct.IsCancellationRequested)
        {
            // The next look may tell.
            logger.RoundNotSeen(roundId, fault.GetType().Name);
        }
    }

    private static TrainingProgressed NewsOf(string roundId, Stage stage, TrainingJobRecord job) => new()
    {
        RoundId = roundId,
        Stage = stage,
        Step = job.Step,
        Steps = job.Steps,
        Loss = job.Loss,
        TokensPerSecond = job.TokensPerSecond,
    };
}
