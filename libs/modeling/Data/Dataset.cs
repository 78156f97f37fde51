using Sgasa.Modeling.Data;

namespace Sgasa.Modeling.Training;

/// <summary>Loads whole data sets as what is trained on; of the files, only token ids stay in memory.</summary>
public static class Dataset
{
    /// <summary>Examples for supervised fine-tuning.</summary>
    /// <param name="paths">JSON Lines or Parquet files, read in this order.</param>
    /// <param name="encoder">Turns rows into examples.</param>
    /// <param name="cancellationToken">Cancels between rows.</param>
    /// <exception cref="DatasetException">
    /// A file is missing, damaged or empty, or a row can't be used; the message names it.
    /// </exception>
    public static async Task<IReadOnlyList<SftExample>> LoadSftAsync(
        IEnumerable<string> paths, ExampleEncoder encoder, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        return await LoadAsync(paths, encoder.Sft, cancellationToken);
    }

    /// <summary>Preference pairs.</summary>
    /// <param name="paths">JSON Lines or Parquet files, read in this order.</param>
    /// <param name="encoder">Turns rows into pairs.</param>
    /// <param name="cancellationToken">Cancels between rows.</param>
    /// <exception cref="DatasetException">
    /// A file is missing, damaged or empty, or a row can't be used; the message names it.
    /// </exception>
    public static async Task<IReadOnlyList<PreferenceExample>> LoadPreferencesAsync(
        IEnumerable<string> paths, ExampleEncoder encoder, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        return await LoadAsync<PreferenceExample>(paths, row => [encoder.Preference(row)], cancellationToken);
    }

    /// <summary>Sets a share of the examples apart for evaluation: which ones depends on the seed alone.</summary>
    /// <param name="examples">All examples.</param>
    /// <param name="share">How much of them, above 0 and below 1; rounded up to whole examples.</param>
    /// <param name="seed">The same seed gives the same split.</param>
    /// <exception cref="ArgumentException">There are fewer than two examples.</exception>
    public static (IReadOnlyList<T> Train, IReadOnlyList<T> Eval) Split<T>(IReadOnlyList<T> examples, double share, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(share, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(share, 1);
        if (examples.Count < 2)
            throw new ArgumentException("There must be two examples at least, to set one apart.", nameof(examples));
        var count = Math.Clamp((int)Math.Ceiling(examples.Count * share), 1, examples.Count - 1);
        var chosen = new ExampleOrder(examples.Count, examples.Count, 1, seed).Of(0).Take(count).ToHashSet();
        return ([.. examples.Where((_, i) => !chosen.Contains(i))], [.. examples.Where((_, i) => chosen.Contains(i))]);
    }

    private static async Task<IReadOnlyList<T>> LoadAsync<T>(
        IEnumerable<string> paths, Func<DatasetRow, IReadOnlyList<T>> encode, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(paths);
        List<T> examples = [];
        foreach (var path in paths)
        {
            var before = examples.Count;
            await foreach (var row in DatasetFile.ReadAsync(path, cancellationToken)) examples.AddRange(encode(row));
            if (examples.Count == before) throw new DatasetException(path, "holds no rows", "Give a file with examples");
        }
        return examples;
    }
}
