using Sgasa.Contracts;
using Sgasa.Modeling;
using Sgasa.Modeling.Training;

namespace Sgasa.Cli.Training;

/// <summary>The examples of a run, and those set apart for its evaluation.</summary>
internal abstract record TrainingSets
{
    /// <summary>
    /// What a template that asks for the date gets: the day that such templates name themselves where they can't ask. Else a
    /// run could not be continued on the next day.
    /// </summary>
    private static readonly DateTimeOffset TemplateDate = new(2024, 7, 26, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Reads and encodes the data sets of a request.</summary>
    /// <exception cref="DatasetException">A file or a row can't be used.</exception>
    public static async Task<TrainingSets> LoadAsync(
        TrainRequest request, ModelFolder folder, CancellationToken cancellationToken)
    {
        var encoder = new ExampleEncoder(
            folder.Tokenizer, TemplateOf(folder), EndToken.Find(folder.Path, folder.Tokenizer, folder.Config))
        {
            TextsAreChat = request.TextsAsChat,
        };
        return request.Arguments is DpoConfig
            ? new PreferenceSets(await LoadAsync(
                request, paths => Dataset.LoadPreferencesAsync(paths, encoder, cancellationToken)))
            : new SftSets(await LoadAsync(request, paths => Dataset.LoadSftAsync(paths, encoder, cancellationToken)));
    }

    /// <summary>The trainer of these examples.</summary>
    public abstract ITrainer Trainer(CausalLM model, LoraAdapter adapter, LoraAdapter? reference, TrainingArguments arguments);

    private static async Task<(IReadOnlyList<T> Train, IReadOnlyList<T> Eval)> LoadAsync<T>(
        TrainRequest request, Func<IReadOnlyList<string>, Task<IReadOnlyList<T>>> load)
    {
        var train = await load(request.Data);
        if (request.EvalSplit is not { } share) return (train, request.EvalData.Count > 0 ? await load(request.EvalData) : []);
        if (train.Count < 2)
            throw new UserErrorException("--eval-split needs two examples at least: give more data, or leave it out.");
        return Dataset.Split(train, share, request.Seed);
    }

    /// <summary>A model without a template can still be trained on texts.</summary>
    private static ChatTemplate? TemplateOf(ModelFolder folder)
    {
        try
        {
            return ChatTemplate.FromPretrained(folder.Path, new FixedClock(TemplateDate));
        }
        catch (ModelFormatException fault) when (fault.Where == folder.Path)
        {
            return null;
        }
    }

    private sealed record SftSets((IReadOnlyList<SftExample> Train, IReadOnlyList<SftExample> Eval) Examples) : TrainingSets
    {
        public override ITrainer Trainer(
            CausalLM model, LoraAdapter adapter, LoraAdapter? reference, TrainingArguments arguments) =>
            new SftTrainer(model, adapter, Examples.Train, (SftConfig)arguments, Examples.Eval);
    }

    private sealed record PreferenceSets((IReadOnlyList<PreferenceExample> Train, IReadOnlyList<PreferenceExample> Eval) Pairs)
        : TrainingSets
    {
        public override ITrainer Trainer(
            CausalLM model, LoraAdapter adapter, LoraAdapter? reference, TrainingArguments arguments) =>
            new DpoTrainer(model, adapter, reference, Pairs.Train, (DpoConfig)arguments, Pairs.Eval);
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }
}
