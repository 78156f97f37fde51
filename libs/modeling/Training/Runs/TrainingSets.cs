namespace Sgasa.Modeling.Training;

/// <summary>What a run trains on, and what it evaluates with: of one kind, examples or pairs.</summary>
public abstract class TrainingSets
{
    private TrainingSets()
    {
    }

    /// <summary>Examples that are trained on, before any is left out.</summary>
    public abstract int Count { get; }

    /// <summary>Examples for supervised fine-tuning.</summary>
    public static TrainingSets Of(IReadOnlyList<SftExample> train, IReadOnlyList<SftExample>? eval = null) =>
        new SftSets(train, eval ?? []);

    /// <summary>Preference pairs.</summary>
    public static TrainingSets Of(IReadOnlyList<PreferenceExample> train, IReadOnlyList<PreferenceExample>? eval = null) =>
        new PreferenceSets(train, eval ?? []);

    /// <summary>Reads and encodes data sets: pairs for a <see cref="DpoConfig"/>, examples otherwise.</summary>
    /// <param name="files">The data sets.</param>
    /// <param name="arguments">The settings of the run that they are for.</param>
    /// <param name="encoder">Turns rows into what is trained on.</param>
    /// <param name="cancellationToken">Cancels between rows.</param>
    /// <exception cref="DatasetException">A file or a row can't be used, or there is too little to set apart.</exception>
    public static async Task<TrainingSets> LoadAsync(
        TrainingFiles files, TrainingArguments arguments, ExampleEncoder encoder, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (arguments is DpoConfig)
        {
            var (train, eval) = await LoadAsync(
                files, paths => Dataset.LoadPreferencesAsync(paths, encoder, cancellationToken));
            return Of(train, eval);
        }
        else
        {
            var (train, eval) = await LoadAsync(files, paths => Dataset.LoadSftAsync(paths, encoder, cancellationToken));
            return Of(train, eval);
        }
    }

    /// <summary>The trainer of these examples.</summary>
    /// <param name="model">The model; its weights stay as they are.</param>
    /// <param name="policy">What is trained.</param>
    /// <param name="reference">DPO's reference; null is the model itself. Not used for examples.</param>
    /// <param name="arguments">Settings of the kind that the examples are for.</param>
    /// <exception cref="ArgumentException">The settings are of the other kind, or an example can't be trained on.</exception>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">A setting is out of range.</exception>
    public abstract ITrainer Trainer(CausalLM model, LoraAdapter policy, LoraAdapter? reference, TrainingArguments arguments);

    private static async Task<(IReadOnlyList<T> Train, IReadOnlyList<T> Eval)> LoadAsync<T>(
        TrainingFiles files, Func<IReadOnlyList<string>, Task<IReadOnlyList<T>>> load)
    {
        var train = await load(files.Train);
        if (files.EvalSplit is not { } share) return (train, files.Eval.Count > 0 ? await load(files.Eval) : []);
        return train.Count < 2
            ? throw new DatasetException(
                files.Train[0], "has one example alone", "Give more data, or set none apart for evaluation")
            : Dataset.Split(train, share, files.Seed);
    }

    private static T Of<T>(TrainingArguments arguments) where T : TrainingArguments => arguments as T
        ?? throw new ArgumentException($"These examples are trained on with a {typeof(T).Name}.", nameof(arguments));

    private sealed class SftSets(IReadOnlyList<SftExample> train, IReadOnlyList<SftExample> eval) : TrainingSets
    {
        public override int Count => train.Count;

        public override ITrainer Trainer(
            CausalLM model, LoraAdapter policy, LoraAdapter? reference, TrainingArguments arguments) =>
            new SftTrainer(model, policy, train, Of<SftConfig>(arguments), eval);
    }

    private sealed class PreferenceSets(IReadOnlyList<PreferenceExample> train, IReadOnlyList<PreferenceExample> eval) : TrainingSets
    {
        public override int Count => train.Count;

        public override ITrainer Trainer(
            CausalLM model, LoraAdapter policy, LoraAdapter? reference, TrainingArguments arguments) =>
            new DpoTrainer(model, policy, reference, train, Of<DpoConfig>(arguments), eval);
    }
}

/// <summary>Data set files of a run, JSON Lines or Parquet.</summary>
public sealed record TrainingFiles
{
    /// <summary>What is trained on, read one after another; at least one.</summary>
    public required IReadOnlyList<string> Train { get; init; }

    /// <summary>What is evaluated with; not used with <see cref="EvalSplit"/>.</summary>
    public IReadOnlyList<string> Eval { get; init; } = [];

    /// <summary>Share of the training data to set apart for evaluation; null for none.</summary>
    public double? EvalSplit { get; init; }

    /// <summary>Seed of that choice.</summary>
    public ulong Seed { get; init; }
}
