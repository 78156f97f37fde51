using System.Globalization;

namespace Sgasa.Cli.Progress;

/// <summary>How progress is put into words, the same with and without a terminal.</summary>
internal static class ProgressTexts
{
    /// <summary><c>12/40</c>, or only what is done while the total is unknown.</summary>
    public static string Count(ProgressRow row) => row.Total > 0 ? $"{row.Done}/{row.Total}" : $"{row.Done}";

    /// <summary><c>1,234 tokens/s</c>; empty without a measure.</summary>
    public static string Pace(ProgressRow row) =>
        row.TokensPerSecond is { } pace ? pace.ToString("N0", CultureInfo.InvariantCulture) + " tokens/s" : "";

    /// <summary><c>loss 0.1234</c>; empty outside training.</summary>
    public static string Loss(ProgressRow row) =>
        row.Loss is { } loss ? "loss " + loss.ToString("0.0000", CultureInfo.InvariantCulture) : "";

    /// <summary><c>1:05 left</c>; empty without an estimate.</summary>
    public static string Left(ProgressRow row) => row.Left is { } left ? Time(left) + " left" : "";

    /// <summary><c>0:07</c>, <c>12:30</c> or <c>2:03:04</c>.</summary>
    public static string Time(TimeSpan time)
    {
        var whole = TimeSpan.FromSeconds(Math.Ceiling(time.TotalSeconds));
        return whole.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)whole.TotalHours}:{whole.Minutes:00}:{whole.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{whole.Minutes}:{whole.Seconds:00}");
    }
}
