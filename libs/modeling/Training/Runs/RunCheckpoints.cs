using System.Globalization;
using System.Text.RegularExpressions;

namespace Sgasa.Modeling.Training;

/// <summary>Names of a run's checkpoints in its folder, as transformers names them: <c>checkpoint-N</c> after N steps.</summary>
public static partial class RunCheckpoints
{
    /// <summary>The checkpoint's name after so many steps.</summary>
    public static string NameOf(int step) => string.Create(CultureInfo.InvariantCulture, $"checkpoint-{step}");

    /// <summary>The steps behind a checkpoint of that name; null where it is no checkpoint's.</summary>
    public static int? StepOf(string? name) =>
        name is not null && Name().Match(name) is { Success: true } match
            ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : null;

    /// <summary>Steps of which a folder has a checkpoint, the newest first; none where there is no folder.</summary>
    public static IReadOnlyList<int> In(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateDirectories(folder).Select(path => StepOf(Path.GetFileName(path))).OfType<int>().OrderDescending()]
        : [];

    [GeneratedRegex(@"^checkpoint-([0-9]{1,9})\z")]
    private static partial Regex Name();
}
