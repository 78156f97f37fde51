namespace Sgasa.Modeling.Training;

/// <summary>Metrics of one moment in a run, under the names that TRL logs.</summary>
/// <param name="Step">Steps taken.</param>
/// <param name="Epoch">Passes over the examples so far.</param>
/// <param name="Values">The metrics, such as <c>loss</c> or <c>eval_loss</c>, in the order in which they are to be read.</param>
public sealed record MetricsEntry(int Step, double Epoch, IReadOnlyDictionary<string, double> Values);
