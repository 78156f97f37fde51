namespace Sgasa.Modeling.Training;

/// <summary>Takes the metrics of a run as they come.</summary>
public interface IMetricsWriter : IDisposable
{
    /// <summary>Takes an entry; steps never go back.</summary>
    void Write(MetricsEntry entry);

    /// <summary>Makes what was written last: it is on the disk when this returns.</summary>
    void Flush();
}
