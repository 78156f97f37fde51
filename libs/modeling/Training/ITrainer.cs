namespace Sgasa.Modeling.Training;

/// <summary>What the trainers of all stages have in common; all calls belong to the one thread that owns the model.</summary>
public interface ITrainer : IDisposable
{
    /// <summary>What is trained; it is the caller's.</summary>
    LoraAdapter Adapter { get; }

    /// <summary>Batches, optimizer and schedule.</summary>
    TrainingArguments Arguments { get; }

    /// <summary>Examples that are trained on.</summary>
    int ExampleCount { get; }

    /// <summary>Examples of the evaluation set; 0 where there is none.</summary>
    int EvalExampleCount { get; }

    /// <summary>Examples that lost tokens to <see cref="TrainingArguments.TruncationMode"/>.</summary>
    int Truncated { get; }

    /// <summary>Examples left out by <see cref="TrainingArguments.TruncationMode"/>.</summary>
    int Dropped { get; }

    /// <summary>Steps of one pass over the examples.</summary>
    int StepsPerEpoch { get; }

    /// <summary>Steps of the whole run.</summary>
    int Steps { get; }

    /// <summary>Steps taken.</summary>
    int CurrentStep { get; }

    /// <summary>
    /// Equal only for the same examples and settings: a state is continued by a trainer of the same fingerprint.
    /// </summary>
    string Fingerprint { get; }

    /// <summary>What <see cref="Evaluate"/> gives.</summary>
    IReadOnlyList<string> MetricNames { get; }

    /// <summary>Takes one optimizer step.</summary>
    /// <param name="cancellationToken">Cancels between micro-batches; the weights are then unchanged.</param>
    /// <exception cref="TrainingDivergedException">The loss or the gradients are not finite.</exception>
    StepMetrics Step(CancellationToken cancellationToken = default);

    /// <summary>Computes the metrics of the evaluation set, without training on it.</summary>
    /// <returns>
    /// Means over the whole set under the names that TRL logs, without <c>eval_</c> before them; <c>loss</c> is there always.
    /// </returns>
    /// <exception cref="InvalidOperationException">The trainer was given no evaluation set.</exception>
    IReadOnlyDictionary<string, double> Evaluate(CancellationToken cancellationToken = default);

    /// <summary>Saves what a later process needs to continue this run, to the last bit.</summary>
    /// <param name="folder">A folder of this run's own.</param>
    void SaveState(string folder);

    /// <summary>Continues from a saved state of the same run.</summary>
    /// <exception cref="ModelFormatException">There is no state, it is damaged, or it belongs to another run.</exception>
    void LoadState(string folder);
}
