using Sgasa.Modeling.Training;

namespace Sgasa.Trainer.Specifications;

/// <summary>What came with a job from outside a round: data sets in TRL's shapes, and perhaps the adapter to begin with.</summary>
public sealed record TrainingUpload
{
    /// <summary>Names of the data set files that are trained on, in their order.</summary>
    public required IReadOnlyList<string> Train { get; init; }

    /// <summary>Names of the data set files for evaluation.</summary>
    public IReadOnlyList<string> Eval { get; init; } = [];

    /// <summary>Share of the training data to set apart for evaluation; null for none.</summary>
    public double? EvalSplit { get; init; }

    /// <summary>Seed of that choice.</summary>
    public ulong SplitSeed { get; init; }

    /// <summary>Whether texts are taken as what a user says and an assistant answers.</summary>
    public bool TextsAsChat { get; init; }

    /// <summary>Whether the adapter to begin with came, too.</summary>
    public bool HasAdapter { get; init; }

    /// <summary>What the made adapter calls its base model; null for the trainer's own name for it.</summary>
    public string? BaseModelName { get; init; }

    /// <summary>SHA-256 over the files' names and contents.</summary>
    public required string Hash { get; init; }

    /// <summary>The data sets, where they lie in a folder.</summary>
    public TrainingFiles FilesIn(string folder) => new()
    {
        Train = [.. Train.Select(name => Path.Combine(folder, name))],
        Eval = [.. Eval.Select(name => Path.Combine(folder, name))],
        EvalSplit = EvalSplit,
        Seed = SplitSeed,
    };
}
