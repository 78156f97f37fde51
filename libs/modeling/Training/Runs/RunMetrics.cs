using Sgasa.Modeling.Training.Metrics;

namespace Sgasa.Modeling.Training.Runs;

/// <summary>Where a run's metrics go: JSON Lines and TensorBoard in its folder, and what its caller gave.</summary>
internal sealed class RunMetrics : IDisposable
{
    private readonly IReadOnlyList<IMetricsWriter> _writers;
    private readonly IReadOnlyList<IDisposable> _own;

    private RunMetrics(IReadOnlyList<IMetricsWriter> writers, IReadOnlyList<IDisposable> own) =>
        (_writers, _own) = (writers, own);

    /// <summary>Opens the folder's files, without what was written after a step.</summary>
    public static RunMetrics Open(RunFolder folder, FineTuningRunOptions options, int step)
    {
        var jsonLines = JsonLinesMetricsWriter.Open(folder.MetricsFile, step);
        if (!options.TensorBoard) return new RunMetrics([jsonLines, .. options.Writers], [jsonLines]);
        try
        {
            var tensorBoard = TensorBoardWriter.Open(folder.TensorBoardFolder, step, options.Time);
            return new RunMetrics([jsonLines, tensorBoard, .. options.Writers], [tensorBoard, jsonLines]);
        }
        catch
        {
            jsonLines.Dispose();
            throw;
        }
    }

    /// <summary>Writes an entry everywhere.</summary>
    public void Write(MetricsEntry entry)
    {
        foreach (var writer in _writers) writer.Write(entry);
    }

    /// <summary>Brings what was written to the disk.</summary>
    public void Flush()
    {
        foreach (var writer in _writers) writer.Flush();
    }

    /// <summary>Closes the folder's files; the caller's writers stay.</summary>
    public void Dispose()
    {
        foreach (var writer in _own) writer.Dispose();
    }
}
