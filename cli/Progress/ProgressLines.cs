using Sgasa.Api.Rounds;

namespace Sgasa.Cli.Progress;

/// <summary>
/// Progress as plain lines, for logs and pipes: one when a row begins, one when it is done, and in between at most one
/// in each interval.
/// </summary>
internal sealed class ProgressLines(TextWriter output, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly long _start = time.GetTimestamp();
    private readonly Dictionary<string, (ProgressRow Row, TimeSpan At)> _said = new(StringComparer.Ordinal);

    /// <summary>Says what is new.</summary>
    public void Report(IReadOnlyList<ProgressRow> rows)
    {
        var now = time.GetElapsedTime(_start);
        foreach (var row in rows.Where(row => IsNews(row, now)))
        {
            _said[row.Name] = (row, now);
            output.WriteLine(Line(row, now));
        }

        output.Flush();
    }

    private bool IsNews(ProgressRow row, TimeSpan now)
    {
        if (row.State is ProgressState.Waiting or ProgressState.Cancelled) return false;
        if (!_said.TryGetValue(row.Name, out var last)) return true;
        return row.State != last.Row.State || (row.Done != last.Row.Done && now - last.At >= Interval);
    }

    private static string Line(ProgressRow row, TimeSpan now)
    {
        string[] more = row.State == ProgressState.Done
            ? ["done"]
            : [ProgressTexts.Pace(row), ProgressTexts.Loss(row), ProgressTexts.Left(row)];
        var said = more.Where(part => part.Length > 0).Prepend($"{row.Name} {ProgressTexts.Count(row)}");
        return $"[{ProgressTexts.Time(now)}] {string.Join(", ", said)}";
    }
}
