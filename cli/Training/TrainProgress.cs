using System.Threading.Channels;
using Sgasa.Api.Rounds;
using Sgasa.Cli.Progress;
using Sgasa.Contracts.Grpc;
using Sgasa.Modeling.Training;

namespace Sgasa.Cli.Training;

/// <summary>A training's progress, from its thread to the display.</summary>
internal sealed class TrainProgress(string stage, TimeProvider time)
{
    // The display takes the newest and never holds up the training.
    private readonly Channel<IReadOnlyList<ProgressRow>> _rows = Channel.CreateBounded<IReadOnlyList<ProgressRow>>(
        new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest });

    private long _start;
    private long _tokens;
    private int? _first;

    /// <summary>What is to be shown, as it changes; ends with <see cref="Complete"/>.</summary>
    public IAsyncEnumerable<IReadOnlyList<ProgressRow>> Snapshots => _rows.Reader.ReadAllAsync();

    /// <summary>Steps taken.</summary>
    public int Step { get; private set; }

    /// <summary>Steps of the whole run.</summary>
    public int Steps { get; private set; }

    /// <summary>The training begins.</summary>
    /// <param name="step">Steps taken before.</param>
    /// <param name="steps">Steps of the whole run.</param>
    public void Begin(int step, int steps)
    {
        (Step, Steps) = (step, steps);
        _start = time.GetTimestamp();
        Show(ProgressState.Running);
    }

    /// <summary>A step was taken.</summary>
    public void OnStep(StepMetrics step)
    {
        Step = step.Step;
        _first ??= step.Step;
        _tokens += step.InputTokens;
        var elapsed = time.GetElapsedTime(_start);
        var perStep = elapsed / (step.Step - _first.Value + 1);
        Show(ProgressState.Running, _tokens / Math.Max(1e-9, elapsed.TotalSeconds), step.Loss, perStep * (Steps - step.Step));
    }

    /// <summary>Some of the data was sent.</summary>
    /// <param name="sent">Bytes that are there.</param>
    /// <param name="whole">Bytes there are to send.</param>
    public void Send(long sent, long whole)
    {
        const int KiB = 1024;
        var (done, total) = ((int)((sent + KiB - 1) / KiB), (int)((whole + KiB - 1) / KiB));
        _rows.Writer.TryWrite(
        [
            new ProgressRow
            {
                Name = "Data (KiB)",
                State = done < total ? ProgressState.Running : ProgressState.Done,
                Done = done,
                Total = total,
            },
            new ProgressRow { Name = stage, State = ProgressState.Waiting, Done = 0, Total = 0 },
        ]);
    }

    /// <summary>A trainer tells how far it has come.</summary>
    public void Follow(TrainingJob job)
    {
        (Step, Steps) = (job.Step, job.Steps);
        var left = job.SecondsLeft is > 0 and < 1e7 ? TimeSpan.FromSeconds(job.SecondsLeft) : (TimeSpan?)null;
        if (job.Status == TrainingStatus.Completed) Show(ProgressState.Done);
        else if (job.Status == TrainingStatus.Queued) Show(ProgressState.Waiting);
        else if (job.Step == 0) Show(ProgressState.Running);
        else Show(ProgressState.Running, job.TokensPerSecond, job.Loss, left);
    }

    /// <summary>The training ended well.</summary>
    public void End(int step)
    {
        Step = step;
        Show(ProgressState.Done);
    }

    /// <summary>Nothing more will come.</summary>
    public void Complete() => _rows.Writer.TryComplete();

    private void Show(ProgressState state, double? pace = null, double? loss = null, TimeSpan? left = null)
    {
        var row = new ProgressRow
        {
            Name = stage,
            State = state,
            Done = Step,
            Total = Steps,
            TokensPerSecond = pace,
            Loss = loss,
            Left = left,
        };
        _rows.Writer.TryWrite([row]);
    }
}
