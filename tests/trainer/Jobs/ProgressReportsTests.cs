using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sgasa.Artifacts;
using Sgasa.Trainer.Jobs;

namespace Sgasa.Trainer.Tests.Jobs;

public sealed class ProgressReportsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<int> _told = [];
    private TaskCompletionSource? _away;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TellAsync_BrokerAway_LetsTheJobGoOnAndLeavesReportsOut()
    {
        var reports = Reports();
        _away = new TaskCompletionSource();

        var first = reports.TellAsync(At(1), Ct);
        _time.Advance(ProgressReports.Patience);
        await first;
        await reports.TellAsync(At(2), Ct);
        _away.SetResult();
        _away = null;
        await reports.TellAsync(At(3), Ct);

        _told.ShouldBe([1, 3]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TellAsync_ConnectionLost_LetsTheJobGoOn(bool cancelled)
    {
        var reports = Reports();
        _away = new TaskCompletionSource();

        var first = reports.TellAsync(At(1), Ct);
        if (cancelled) _away.SetCanceled(Ct);
        else _away.SetException(new IOException("reset"));
        await first;
        _away = null;
        await reports.TellAsync(At(2), Ct);

        _told.ShouldBe([1, 2]);
    }

    private static TrainingJobRecord At(int step) => new()
    {
        Id = "r1/checkpoint/sft",
        Specification = "{}",
        Status = TrainingJobStatus.Running,
        CreatedAt = DateTimeOffset.UnixEpoch,
        Step = step,
    };

    private ProgressReports Reports() => new(
        (job, _) =>
        {
            _told.Add(job.Step);
            return _away?.Task ?? Task.CompletedTask;
        },
        _time,
        NullLogger.Instance);
}
