namespace Sgasa.Modeling.Training;

/// <summary>Refuses examples that a model can't be trained on, before anything is computed.</summary>
internal static class ExampleCheck
{
    /// <summary>Most tokens an example may have.</summary>
    public static int LimitOf(CausalLM model, int? maxLength) =>
        Math.Min(maxLength ?? int.MaxValue, model.Config.ContextLength);

    /// <summary>Requires that truncation left something to train on.</summary>
    /// <exception cref="ArgumentException">There were examples, and all were left out.</exception>
    public static void RequireAny<T>(CutExamples<T> cut, int limit, string parameter)
    {
        if (cut.Examples.Count > 0 || cut.Dropped == 0) return;
        throw new ArgumentException(
            $"All {cut.Dropped} examples are longer than {limit} tokens: raise max_length, or use a model with a longer context.",
            parameter);
    }

    /// <summary>Requires prompts and completions that are not empty, within the vocabulary and not too long.</summary>
    /// <exception cref="ArgumentException">An example does not meet that; the message says which.</exception>
    public static void Require(CausalLM model, int? maxLength, IEnumerable<SftExample> examples, string parameter)
    {
        var limit = LimitOf(model, maxLength);
        foreach (var (index, example) in examples.Index())
        {
            var fault =
                example.PromptIds.Count == 0 ? "has an empty prompt"
                : example.CompletionIds.Count == 0 ? "has an empty completion"
                : CompletionBatch.LengthOf(example) > limit
                    ? $"has {CompletionBatch.LengthOf(example)} tokens, but at most {limit} are allowed"
                : example.PromptIds.Concat(example.CompletionIds).Any(id => (uint)id >= (uint)model.Config.VocabSize)
                    ? $"has an id outside the vocabulary of {model.Config.VocabSize}"
                : null;
            if (fault is not null) throw new ArgumentException($"Example {index} {fault}.", parameter);
        }
    }
}
