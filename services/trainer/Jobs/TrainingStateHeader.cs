namespace Sgasa.Trainer.Jobs;

/// <summary>What lies beside a saved training state: whose state it is, and the figures so far.</summary>
internal sealed record TrainingStateHeader
{
    /// <summary>
    /// SHA-256 over all that the training's outcome depends on; a state of another training is not continued.
    /// </summary>
    public required string Identity { get; init; }

    /// <summary>The loss of every step so far.</summary>
    public required IReadOnlyList<double> Losses { get; init; }
}
