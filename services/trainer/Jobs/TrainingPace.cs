using Sgasa.Modeling.Training;

namespace Sgasa.Trainer.Jobs;

/// <summary>How fast a training goes, and when it was last reported.</summary>
internal sealed class TrainingPace(TimeProvider time, int firstStep)
{
    private readonly long _begun = time.GetTimestamp();
    private long _lastStep = time.GetTimestamp();
    private long? _lastReport;

    /// <summary>Tokens per second of the last step, from the end of the step before.</summary>
    public double TokensPerSecond { get; private set; }

    /// <summary>Notes a step that has just ended.</summary>
    public void Took(StepMetrics step)
    {
        var now = time.GetTimestamp();
        var seconds = time.GetElapsedTime(_lastStep, now).TotalSeconds;
        TokensPerSecond = seconds > 0 ? step.InputTokens / seconds : 0;
        _lastStep = now;
    }

    /// <summary>Whether the last report is long enough ago; counts as one if so.</summary>
    public bool ReportIsDue(TimeSpan interval)
    {
        if (_lastReport is { } last && time.GetElapsedTime(last, _lastStep) < interval) return false;
        _lastReport = _lastStep;
        return true;
    }

    /// <summary>Expected seconds to the end, at the mean pace of this run.</summary>
    public double SecondsLeft(int done, int steps) =>
        done > firstStep
            ? time.GetElapsedTime(_begun, _lastStep).TotalSeconds / (done - firstStep) * (steps - done)
            : 0;
}
