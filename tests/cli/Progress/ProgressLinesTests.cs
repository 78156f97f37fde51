using Microsoft.Extensions.Time.Testing;
using Sgasa.Api.Rounds;
using Sgasa.Cli.Progress;

namespace Sgasa.Cli.Tests.Progress;

public sealed class ProgressLinesTests : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Report_ARowThatBeginsAndEnds_SaysBothAtOnce()
    {
        var lines = new ProgressLines(_output, _time);

        lines.Report([Some.Row(state: ProgressState.Waiting, done: 0)]);
        lines.Report([Some.Row(done: 0)]);
        lines.Report([Some.Row(done: 12, state: ProgressState.Done)]);
        lines.Report([Some.Row(done: 12, state: ProgressState.Done)]);

        _output.ToString().ShouldBe("[0:00] Prompts 0/12\n[0:00] Prompts 12/12, done\n");
    }

    [Fact]
    public void Report_ManySnapshots_SaysOneInTenSeconds()
    {
        var lines = new ProgressLines(_output, _time);

        for (var second = 0; second <= 20; second++)
        {
            lines.Report([Some.Row(done: second, total: 100)]);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        _output.ToString().ShouldBe("[0:00] Prompts 0/100\n[0:10] Prompts 10/100\n[0:20] Prompts 20/100\n");
    }

    [Fact]
    public void Report_NothingDoneSince_SaysNothing()
    {
        var lines = new ProgressLines(_output, _time);

        lines.Report([Some.Row(pace: 1)]);
        _time.Advance(TimeSpan.FromMinutes(1));
        lines.Report([Some.Row(pace: 2)]);

        _output.ToString().ShouldBe("[0:00] Prompts 3/12, 1 tokens/s\n");
    }

    [Fact]
    public void Report_EverythingKnown_SaysItAll()
    {
        var lines = new ProgressLines(_output, _time);

        lines.Report([Some.Row("SFT", done: 4, total: 16, pace: 2345.6, loss: 1.23456, left: 3_725)]);

        _output.ToString().ShouldBe("[0:00] SFT 4/16, 2,346 tokens/s, loss 1.2346, 1:02:05 left\n");
    }
}
