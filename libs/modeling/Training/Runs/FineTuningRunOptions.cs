namespace Sgasa.Modeling.Training;

/// <summary>Where a run keeps what it makes.</summary>
public sealed record FineTuningRunOptions
{
    /// <summary>
    /// The run's folder: adapter, checkpoints, metrics. Made where it is missing; a run that is in it is continued.
    /// </summary>
    public required string OutputFolder { get; init; }

    /// <summary>The base model's folder or name, for the adapter's configuration.</summary>
    public string? BaseModel { get; init; }

    /// <summary>The base model's <see cref="ModelFolder.Fingerprint"/>, which the adapter then bears; null for none.</summary>
    public string? BaseModelFingerprint { get; init; }

    /// <summary>Whether a TensorBoard event file is written beside the JSON Lines, in <c>runs</c>.</summary>
    public bool TensorBoard { get; init; } = true;

    /// <summary>
    /// Further takers of metrics, which stay the caller's. They get the entries of this process: after a kill some come twice.
    /// </summary>
    public IReadOnlyList<IMetricsWriter> Writers { get; init; } = [];

    /// <summary>Called after every step.</summary>
    public Action<StepMetrics>? OnStep { get; init; }

    /// <summary>Says when an event happened, for TensorBoard; null is the system's clock.</summary>
    public TimeProvider? Time { get; init; }
}
