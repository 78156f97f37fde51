using Sgasa.Contracts;

namespace Sgasa.AttackLogs.Tests;

public sealed class LogSampleTests
{
    [Fact]
    public void Of_SmallLog_IsTheLog()
    {
        var log = Log(Label.Harmful, 5).Concat(Log(Label.Benign, LogSample.PerLabel)).ToList();

        LogSample.Of(log).ShouldBe(log);
    }

    [Fact]
    public void Of_LargeLogInAnyOrder_IsTheSameSample()
    {
        var log = Log(Label.Harmful, LogSample.PerLabel + 500).ToList();

        var sample = LogSample.Of(log);

        sample.Count.ShouldBe(LogSample.PerLabel);
        LogSample.Of([.. log.AsEnumerable().Reverse()]).ShouldBe(sample, ignoreOrder: true);
        LogSample.Of(sample).ShouldBe(sample);
    }

    private static IEnumerable<LoggedPrompt> Log(Label label, int count) =>
        Enumerable.Range(0, count).Select(i => new LoggedPrompt($"{i}", $"{label} {i}", label, "", "", Line: i + 1));
}
