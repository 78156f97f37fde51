using System.Threading.Channels;
using Sgasa.Api.Rounds;
using Sgasa.Cli.Progress;
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
    public void Begin(ITrainer trainer)
    {
        Steps = trainer.Steps;
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
