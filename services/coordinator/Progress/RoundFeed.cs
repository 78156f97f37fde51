using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Sgasa.Artifacts;
using Sgasa.Contracts.Messages;
using Sgasa.Coordinator.Rounds;

namespace Sgasa.Coordinator.Progress;

/// <summary>Measures the rounds of this process and hands their progress to whoever watches.</summary>
public sealed class RoundFeed(IRoundStore rounds, TimeProvider time) : IRoundFeed
{
    private readonly ConcurrentDictionary<string, Topic> _topics = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public async IAsyncEnumerable<RoundProgress> WatchAsync(
        string roundId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var document = await rounds.FindAsync(roundId, cancellationToken) ?? throw new RoundNotFoundException(roundId);
        var topic = TopicOf(roundId);
        var news = topic.Subscribe(StoredRound.Read(document).State);
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
        }
    }

    /// <summary>Tells the watchers a round's new state.</summary>
    internal void Advance(RoundState state) => TopicOf(state.RoundId).Publish(t => t.Advance(state));

    /// <summary>Tells the watchers how far a training is.</summary>
    internal void Train(TrainingProgressed news) => TopicOf(news.RoundId).Publish(t => t.Train(news));

    /// <summary>Ends the watching with a fault that keeps the round from advancing.</summary>
    internal void Fail(string roundId, Exception fault) => TopicOf(roundId).Fail(fault);

    private Topic TopicOf(string roundId) => _topics.GetOrAdd(roundId, _ => new Topic(new ProgressTracker(time)));

    /// <summary>One round's tracker and watchers.</summary>
    private sealed class Topic(ProgressTracker tracker)
    {
        private readonly Lock _lock = new();
        private readonly List<Channel<RoundProgress>> _watchers = [];

        /// <param name="stored">The state in the store, for a round that this process has not touched yet.</param>
        public ChannelReader<RoundProgress> Subscribe(RoundState stored)
        {
            // One place, and the newest snapshot takes it: a slow watcher never holds a round up.
            var channel = Channel.CreateBounded<RoundProgress>(
                new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
            lock (_lock)
            {
                // What this process saw is newer than the store's copy, unless another process ended the round.
                var current = stored.Status == RoundStatus.Running ? tracker.Current : null;
                channel.Writer.TryWrite(current ?? tracker.Advance(stored));
                _watchers.Add(channel);
            }

            return channel.Reader;
        }

        public void Unsubscribe(ChannelReader<RoundProgress> reader)
        {
            lock (_lock) _watchers.RemoveAll(c => ReferenceEquals(c.Reader, reader));
        }

        public void Fail(Exception fault)
        {
            lock (_lock)
            {
                foreach (var watcher in _watchers) watcher.Writer.TryComplete(fault);
            }
        }

        public void Publish(Func<ProgressTracker, RoundProgress?> measure)
        {
            lock (_lock)
            {
                if (measure(tracker) is not { } progress) return;
                foreach (var watcher in _watchers) watcher.Writer.TryWrite(progress);
            }
        }
    }
}
