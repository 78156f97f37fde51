using Spectre.Console;

namespace Sgasa.Cli.Progress;

/// <summary>Shows progress until its source ends: a live table on a terminal, plain lines anywhere else.</summary>
internal sealed class ProgressView(IAnsiConsole console, TimeProvider time)
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Shows every snapshot.</summary>
    /// <returns>When the source has ended.</returns>
    public Task ShowAsync(IAsyncEnumerable<IReadOnlyList<ProgressRow>> snapshots, CancellationToken cancellationToken) =>
        console.Profile.Out.IsTerminal && console.Profile.Capabilities.Ansi
            ? ShowLiveAsync(snapshots, cancellationToken)
            : ShowLinesAsync(snapshots, cancellationToken);

    private async Task ShowLinesAsync(
        IAsyncEnumerable<IReadOnlyList<ProgressRow>> snapshots, CancellationToken cancellationToken)
    {
        var lines = new ProgressLines(console.Profile.Out.Writer, time);
        await foreach (var rows in snapshots.WithCancellation(cancellationToken)) lines.Report(rows);
    }

    private async Task ShowLiveAsync(
        IAsyncEnumerable<IReadOnlyList<ProgressRow>> snapshots, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        IReadOnlyList<ProgressRow> latest = [];
        await console.Live(ProgressTable.Render(latest, TimeSpan.Zero)).StartAsync(async live =>
        {
            var reading = ReadAsync();
            using var ticks = new PeriodicTimer(RefreshInterval, time);
            while (!reading.IsCompleted)
            {
                live.UpdateTarget(ProgressTable.Render(Volatile.Read(ref latest), time.GetElapsedTime(start)));
                await Task.WhenAny(reading, ticks.WaitForNextTickAsync(CancellationToken.None).AsTask());
            }

            live.UpdateTarget(ProgressTable.Render(latest, time.GetElapsedTime(start)));
            await reading;
        });

        async Task ReadAsync()
        {
            await foreach (var rows in snapshots.WithCancellation(cancellationToken)) Volatile.Write(ref latest, rows);
        }
    }
}
