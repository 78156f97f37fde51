using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Sgasa.Trainer.Checkpoints;

/// <summary>
/// Where each checkpoint's adapter lies: <c>round/checkpoint/stage</c> in <c>checkpoints/round/stage</c>, a plain
/// <c>name</c> in <c>checkpoints/name/adapter</c>. No other ids are taken, so none can point outside the folder and no
/// two share one.
/// </summary>
public sealed partial class CheckpointFolders(IOptions<TrainerOptions> options)
{
    private const string PlainAdapter = "adapter";

    /// <summary>The folder under which all checkpoints lie.</summary>
    public string Root { get; } = Path.GetFullPath(Path.Combine(options.Value.DataFolder, "checkpoints"));

    /// <summary>The folder of the jobs' resumable state.</summary>
    public string Jobs { get; } = Path.GetFullPath(Path.Combine(options.Value.DataFolder, "jobs"));

    /// <summary>The folder of what is being sent for jobs to come.</summary>
    public string Uploads { get; } = Path.GetFullPath(Path.Combine(options.Value.DataFolder, "uploads"));

    /// <summary>The folder of what came with jobs.</summary>
    public string Data { get; } = Path.GetFullPath(Path.Combine(options.Value.DataFolder, "data"));

    /// <summary>The adapter's folder relative to <see cref="Root"/>, with forward slashes.</summary>
    /// <exception cref="InvalidCheckpointIdException">The id has another shape.</exception>
    public static string Relative(string checkpointId)
    {
        ArgumentNullException.ThrowIfNull(checkpointId);
        var match = IdShape().Match(checkpointId);
        if (!match.Success) throw new InvalidCheckpointIdException(checkpointId);
        var stage = match.Groups["stage"];
        return $"{match.Groups["round"].Value}/{(stage.Success ? stage.Value : PlainAdapter)}";
    }

    /// <summary>The adapter's folder, whether it exists or not.</summary>
    /// <exception cref="InvalidCheckpointIdException">The id has another shape.</exception>
    public string FolderOf(string checkpointId) =>
        options.Value.Adapters.TryGetValue(checkpointId, out var elsewhere)
            ? Path.GetFullPath(elsewhere)
            : OwnFolderOf(checkpointId);

    /// <summary>Whether the adapter lies outside the data folder, where the options say.</summary>
    public bool IsElsewhere(string checkpointId) => options.Value.Adapters.ContainsKey(checkpointId);

    /// <summary>The adapter's folder in the data folder, whether it exists or not.</summary>
    /// <exception cref="InvalidCheckpointIdException">The id has another shape.</exception>
    public string OwnFolderOf(string checkpointId) => Path.Combine(Root, Relative(checkpointId));

    /// <summary>The folder of a job's resumable state, whether it exists or not.</summary>
    /// <exception cref="InvalidCheckpointIdException">The id has another shape.</exception>
    public string StateOf(string jobId) => Path.Combine(Jobs, Relative(jobId));

    /// <summary>The folder of what is being sent for a job, whether it exists or not.</summary>
    /// <exception cref="InvalidCheckpointIdException">The id has another shape.</exception>
    public string UploadsOf(string jobId) => Path.Combine(Uploads, Relative(jobId));

    /// <summary>The folder of what came with a job, whether it exists or not.</summary>
    /// <exception cref="InvalidCheckpointIdException">The id has another shape.</exception>
    public string DataOf(string jobId) => Path.Combine(Data, Relative(jobId));

    /// <summary>The ids of all adapters that can be sampled, sorted.</summary>
    public IReadOnlyList<string> List()
    {
        IEnumerable<string> found = Directory.Exists(Root)
            ? from round in Directory.EnumerateDirectories(Root)
              from folder in Directory.EnumerateDirectories(round)
              where File.Exists(Path.Combine(folder, "adapter_config.json"))
              let id = IdOf($"{Path.GetFileName(round)}/{Path.GetFileName(folder)}")
              where id is not null
              select id
            : [];
        var all = found.Concat(options.Value.Adapters.Keys);
        return [.. all.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>The id of the checkpoint in a folder relative to <see cref="Root"/>, or null where it is none's.</summary>
    public static string? IdOf(string relative)
    {
        ArgumentNullException.ThrowIfNull(relative);
        if (relative.Split('/') is not [var name, var leaf]) return null;
        var id = leaf == PlainAdapter ? name : $"{name}/checkpoint/{leaf}";
        return IdShape().IsMatch(id) ? id : null;
    }

    [GeneratedRegex(
        "^(?<round>[A-Za-z0-9_-][A-Za-z0-9._-]{0,127})(/checkpoint/(?<stage>sft|dpo))?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex IdShape();
}
