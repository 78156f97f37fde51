using System.Globalization;
using Sgasa.Modeling.IO;
using Sgasa.Modeling.Training.Metrics;

namespace Sgasa.Modeling.Training;

/// <summary>
/// Metrics as a TensorBoard event file, under the tags that transformers gives them: <c>train/loss</c>, <c>eval/loss</c>. A
/// run that is continued shows no step twice.
/// </summary>
public sealed class TensorBoardWriter : IMetricsWriter
{
    private const string Prefix = "events.out.tfevents.";
    private const string EvalPrefix = "eval_";

    private readonly FileStream _file;
    private readonly TimeProvider _time;

    private TensorBoardWriter(FileStream file, TimeProvider time) => (_file, _time) = (file, time);

    /// <summary>Opens the event file of a folder to append to it.</summary>
    /// <param name="folder">A folder of this run's own; made where it is missing.</param>
    /// <param name="continuedFrom">
    /// The step that the run goes on from: events of later steps, and what a crash left half-written, are taken out. 0 begins
    /// a new file and removes the old ones.
    /// </param>
    /// <param name="time">Says when an event happened; null is the system's clock.</param>
    /// <exception cref="ModelFormatException">The file can't be written.</exception>
    public static TensorBoardWriter Open(string folder, int continuedFrom = 0, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        string[] old = Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder, Prefix + "*").Where(path => !path.EndsWith(".partial", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)]
            : [];
        var kept = continuedFrom > 0 ? old.SelectMany(path => EventsUpTo(path, continuedFrom)).ToList() : [];
        var now = time.GetUtcNow().ToUnixTimeSeconds().ToString("D10", CultureInfo.InvariantCulture);
        // The old name stays, so that a crash in here leaves either the old file or the new one.
        var path = old.Length > 0 && continuedFrom > 0
            ? old[0]
            : Path.Combine(folder, Prefix + now + ".0");
        AtomicFile.Write(path, stream =>
        {
            TfRecord.Write(stream, TensorBoardEvent.Version(Seconds(time)));
            foreach (var record in kept) TfRecord.Write(stream, record);
        });
        foreach (var other in old.Where(other => other != path)) File.Delete(other);
        return new TensorBoardWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read), time);
    }

    /// <inheritdoc/>
    public void Write(MetricsEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var scalars = entry.Values.Select(value => KeyValuePair.Create(TagOf(value.Key), value.Value))
            .Append(KeyValuePair.Create("train/epoch", entry.Epoch));
        TfRecord.Write(_file, TensorBoardEvent.Scalars(Seconds(_time), entry.Step, scalars));
    }

    /// <inheritdoc/>
    public void Flush() => _file.Flush(flushToDisk: true);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>Every event of a file.</summary>
    internal static IEnumerable<byte[]> Events(string path)
    {
        using var file = File.OpenRead(path);
        while (TfRecord.Read(file) is { } record) yield return record;
    }

    private static IEnumerable<byte[]> EventsUpTo(string path, int step) =>
        Events(path).Where(record => TensorBoardEvent.StepOf(record) is > 0 and var found && found <= step);

    private static string TagOf(string name) =>
        name.StartsWith(EvalPrefix, StringComparison.Ordinal) ? "eval/" + name[EvalPrefix.Length..] : "train/" + name;

    private static double Seconds(TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
}
