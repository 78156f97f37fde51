using System.Threading.Channels;
using Sgasa.Contracts;
using Sgasa.Contracts.Messages;
using Sgasa.Coordinator.Rounds;

namespace Sgasa.Coordinator.Progress;

/// <summary>One round's measures and watchers in this process.</summary>
internal sealed class RoundTopic(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly ProgressTracker _tracker = new(time);
    private readonly List<Channel<RoundProgress>> _watchers = [];
    private RoundState? _state;
    private long? _lastLook;

    /// <summary>The newest version of the round's document that was seen; 0 for none.</summary>
    public long Version { get; private set; }

    /// <summary>A new watcher's news, of which the first is how the round stands.</summary>
    /// <param name="stored">The state in the store.</param>
    /// <param name="version">Its document's version.</param>
    public ChannelReader<RoundProgress> Subscribe(RoundState stored, long version)
    {
        // One place, and the newest snapshot takes it: a slow watcher never holds a round up.
        var channel = Channel.CreateBounded<RoundProgress>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_lock)
        {
            if (_tracker.Current is null || version > Version) Update(stored, version);
            channel.Writer.TryWrite(_tracker.Current!);
            _watchers.Add(channel);
        }

        return channel.Reader;
    }

    /// <summary>Ends a watcher's news.</summary>
    public void Unsubscribe(ChannelReader<RoundProgress> reader)
    {
        lock (_lock) _watchers.RemoveAll(c => ReferenceEquals(c.Reader, reader));
    }

    /// <summary>Tells the watchers a new state, unless it is older than the one they know.</summary>
    public void Advance(RoundState state, long version)
    {
        lock (_lock)
        {
            if (_tracker.Current is not null && version < Version) return;
            Publish(Update(state, version));
        }
    }

    /// <summary>Tells the watchers how far a training is, unless they know.</summary>
    public void Report(TrainingProgressed news)
    {
        lock (_lock)
            if (_tracker.Report(news) is { } progress) Publish(progress);
    }

    /// <summary>Ends the watching with a fault.</summary>
    public void Fail(Exception fault)
    {
        lock (_lock)
            foreach (var watcher in _watchers) watcher.Writer.TryComplete(fault);
    }

    /// <summary>Whether nobody has looked into the store for that long; whoever is told so looks.</summary>
    public bool IsLookDue(TimeSpan interval)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            // Timers of several watchers drift: half the interval is long ago.
            if (_lastLook is { } last && time.GetElapsedTime(last, now) < interval / 2) return false;
            _lastLook = now;
            return true;
        }
    }

    /// <summary>The stages that are being trained.</summary>
    public IReadOnlyList<Stage> Trainings()
    {
        lock (_lock)
        {
            return _state is { Status: RoundStatus.Running } state
                ? [.. TrainingStep.UnderWay(state)]
                : [];
        }
    }

    private RoundProgress Update(RoundState state, long version)
    {
        (_state, Version) = (state, version);
        return _tracker.Advance(state);
    }

    private void Publish(RoundProgress progress)
    {
        foreach (var watcher in _watchers) watcher.Writer.TryWrite(progress);
    }
}
