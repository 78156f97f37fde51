using Sgasa.Contracts;
using Sgasa.Contracts.Messages;
using Sgasa.Coordinator.Rounds;

namespace Sgasa.Coordinator.Progress;

/// <summary>
/// Puts paces to one round's counts: measures, since this process began to look, how much each stage did in the time in
/// which it had work. Not safe for concurrent use.
/// </summary>
internal sealed class ProgressTracker(TimeProvider time)
{
    private readonly Dictionary<Stage, TrainingProgressed> _trainings = [];
    private readonly Dictionary<ProgressStage, Pace> _paces = [];
    private RoundState? _state;

    /// <summary>The newest snapshot; null until the round's state is known.</summary>
    public RoundProgress? Current { get; private set; }

    /// <summary>Measures the round in its new state.</summary>
    public RoundProgress Advance(RoundState state)
    {
        _state = state;
        return Snapshot(state);
    }

    /// <summary>Measures a training; null where it is no news, or while the round's state is unknown.</summary>
    public RoundProgress? Report(TrainingProgressed news)
    {
        // They come over the bus and from the store: the same ones twice, and in any order.
        if (_trainings.GetValueOrDefault(news.Stage) is { } known && known.Steps == news.Steps && known.Step >= news.Step)
            return null;

        _trainings[news.Stage] = news;
        return _state is null ? null : Snapshot(_state);
    }

    private RoundProgress Snapshot(RoundState state)
    {
        var now = time.GetTimestamp();
        Current = new RoundProgress
        {
            RoundId = state.RoundId,
            Status = state.Status,
            Reason = state.Reason,
            Stages = [.. StageCount.All(state, _trainings).Select(c => Measure(c, now))],
        };
        return Current;
    }

    private StageProgress Measure(StageCount count, long now)
    {
        if (!_paces.TryGetValue(count.Stage, out var pace))
            _paces[count.Stage] = pace = new Pace(count, now);
        var (seconds, done, tokens) = pace.Measure(count, now, time);

        Stage? training = count.Stage switch
        {
            ProgressStage.Sft => Stage.Sft,
            ProgressStage.Dpo => Stage.Dpo,
            _ => null,
        };
        var news = training is null ? null : _trainings.GetValueOrDefault(training.Value);
        return new StageProgress
        {
            Stage = count.Stage,
            State = count.State,
            Done = count.Done,
            Of = count.Of,
            TokensPerSecond = news?.TokensPerSecond ?? (seconds > 0 && tokens > 0 ? tokens / seconds : null),
            Loss = news?.Loss,
            SecondsLeft = count.State == ProgressState.Running && seconds > 0 && done > 0
                ? Math.Max(0, count.Of - count.Done) * seconds / done
                : null,
        };
    }

    /// <summary>Where a stage stood when it was first seen, and for how long it has had work since.</summary>
    private sealed class Pace(StageCount first, long firstSeen)
    {
        private double _seconds;
        private bool _wasActive;
        private long _last = firstSeen;

        public (double Seconds, int Done, long Tokens) Measure(StageCount count, long now, TimeProvider time)
        {
            if (_wasActive) _seconds += time.GetElapsedTime(_last, now).TotalSeconds;
            (_wasActive, _last) = (count.IsActive, now);
            return (_seconds, count.Done - first.Done, count.Tokens - first.Tokens);
        }
    }
}
