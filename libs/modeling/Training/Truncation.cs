namespace Sgasa.Modeling.Training;

/// <summary>Examples cut to a length, and how many of them it concerned.</summary>
/// <param name="Examples">What is left, in order.</param>
/// <param name="Truncated">How many lost tokens.</param>
/// <param name="Dropped">How many were left out.</param>
internal sealed record CutExamples<T>(IReadOnlyList<T> Examples, int Truncated, int Dropped);

/// <summary>Cuts examples that are too long, or leaves them out.</summary>
internal static class Truncation
{
    /// <summary>Cuts SFT examples.</summary>
    /// <param name="examples">The examples; they stay as they are.</param>
    /// <param name="limit">Most tokens an example may have, prompt and completion together.</param>
    /// <param name="mode">What is done about longer ones; with <see cref="TruncationMode.Refuse"/> nothing.</param>
    public static CutExamples<SftExample> Apply(IReadOnlyList<SftExample> examples, int limit, TruncationMode mode) =>
        Apply(examples, mode, example => CompletionBatch.LengthOf(example) <= limit, example => Cut(example, limit, mode));

    /// <summary>Cuts pairs; the two completions keep one common prompt.</summary>
    /// <exception cref="ArgumentException">
    /// A pair that must be cut has reference log-probabilities, which belong to its whole.
    /// </exception>
    public static CutExamples<PreferenceExample> Apply(IReadOnlyList<PreferenceExample> pairs, int limit, TruncationMode mode) =>
        Apply(pairs, mode, pair => LongestOf(pair) <= limit, pair => Cut(pair, limit, mode));

    /// <summary>Tokens of the longer of a pair's two sequences.</summary>
    public static int LongestOf(PreferenceExample pair) =>
        pair.PromptIds.Count + Math.Max(pair.ChosenIds.Count, pair.RejectedIds.Count);

    private static CutExamples<T> Apply<T>(IReadOnlyList<T> examples, TruncationMode mode, Func<T, bool> fits, Func<T, T?> cut)
        where T : class
    {
        if (mode == TruncationMode.Refuse || examples.All(fits)) return new CutExamples<T>(examples, 0, 0);
        List<T> kept = [];
        var truncated = 0;
        foreach (var example in examples)
        {
            if (fits(example)) kept.Add(example);
            else if (cut(example) is { } shorter)
            {
                kept.Add(shorter);
                truncated++;
            }
        }
        return new CutExamples<T>(kept, truncated, examples.Count - kept.Count);
    }

    private static SftExample? Cut(SftExample example, int limit, TruncationMode mode)
    {
        var (prompt, completion) = example;
        switch (mode)
        {
            case TruncationMode.KeepStart when prompt.Count < limit:
                return example with { CompletionIds = [.. completion.Take(limit - prompt.Count)] };
            case TruncationMode.KeepEnd:
                // Something must come before the first token that is learnt.
                var tail = completion.Count < limit ? completion : [.. completion.TakeLast(limit - 1)];
                var before = completion.Count < limit ? prompt : [.. prompt, .. completion.SkipLast(limit - 1)];
                return new SftExample([.. before.TakeLast(limit - tail.Count)], tail);
            default:
                return null;
        }
    }

    private static PreferenceExample? Cut(PreferenceExample pair, int limit, TruncationMode mode)
    {
        if (mode == TruncationMode.Drop || (mode == TruncationMode.KeepStart && pair.PromptIds.Count >= limit)) return null;
        if (pair.RefChosenLogp is not null)
        {
            throw new ArgumentException(
                $"A pair of {LongestOf(pair)} tokens would be cut to {limit}, and its "
                + " reference log-probabilities are those of the whole.");
        }
        if (mode == TruncationMode.KeepStart)
        {
            var room = limit - pair.PromptIds.Count;
            return pair with { ChosenIds = [.. pair.ChosenIds.Take(room)], RejectedIds = [.. pair.RejectedIds.Take(room)] };
        }
        var (chosen, rejected) = (pair.ChosenIds.TakeLast(limit - 1).ToArray(), pair.RejectedIds.TakeLast(limit - 1).ToArray());
        var left = Math.Max(1, limit - Math.Max(chosen.Length, rejected.Length));
        return pair with { PromptIds = [.. pair.PromptIds.TakeLast(left)], ChosenIds = chosen, RejectedIds = rejected };
    }
}
