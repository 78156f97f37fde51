using System.Text.Json;
using Sgasa.Modeling.IO;

namespace Sgasa.Modeling.Training;

/// <summary>
/// Metrics as one JSON object a line, as in transformers' log history: <c>{"loss": …, "epoch": …, "step": …}</c>. A run that
/// is continued leaves the same file as one that was never interrupted.
/// </summary>
public sealed class JsonLinesMetricsWriter : IMetricsWriter
{
    private const int MaxLineLength = 1 << 20;

    private readonly FileStream _file;

    private JsonLinesMetricsWriter(FileStream file) => _file = file;

    /// <summary>Opens a file to append to it.</summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <param name="continuedFrom">
    /// The step that the run goes on from: lines of later steps, and what a crash left half-written, are taken out. 0 begins
    /// the file anew.
    /// </param>
    /// <exception cref="ModelFormatException">The file can't be written.</exception>
    public static JsonLinesMetricsWriter Open(string path, int continuedFrom = 0)
    {
        List<byte[]> kept = continuedFrom > 0 && File.Exists(path) ? [.. LinesUpTo(path, continuedFrom)] : [];
        AtomicFile.Write(path, stream =>
        {
            foreach (var line in kept)
            {
                stream.Write(line);
                stream.WriteByte((byte)'\n');
            }
        });
        return new JsonLinesMetricsWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read));
    }

    /// <inheritdoc/>
    public void Write(MetricsEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            foreach (var (name, value) in entry.Values) WriteNumber(json, name, value);
            WriteNumber(json, "epoch", entry.Epoch);
            json.WriteNumber("step", entry.Step);
            json.WriteEndObject();
        }
        line.WriteByte((byte)'\n');
        _file.Write(line.GetBuffer(), 0, (int)line.Length);
    }

    /// <inheritdoc/>
    public void Flush() => _file.Flush(flushToDisk: true);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>JSON has no word for what is not a finite number.</summary>
    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }

    private static IEnumerable<byte[]> LinesUpTo(string path, int step)
    {
        using var file = File.OpenRead(path);
        using var line = new MemoryStream();
        for (var next = file.ReadByte(); next >= 0 && line.Length <= MaxLineLength; next = file.ReadByte())
        {
            if (next != '\n')
            {
                line.WriteByte((byte)next);
                continue;
            }
            var bytes = line.ToArray();
            line.SetLength(0);
            // The lines are in the order of their steps: from the first that is not one of ours on, all are to go.
            if (StepOf(bytes) is not { } found || found > step) yield break;
            yield return bytes;
        }
    }

    private static int? StepOf(byte[] line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("step", out var step) && step.TryGetInt32(out var number) ? number : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
