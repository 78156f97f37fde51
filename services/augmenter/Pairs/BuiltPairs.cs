namespace Sgasa.Augmenter.Pairs;

/// <summary>The training pairs of a batch of prompts.</summary>
/// <param name="Pairs">The pairs in the order of their prompts; a prompt may have yielded none.</param>
/// <param name="Tokens">Tokens generated, scores included.</param>
public sealed record BuiltPairs<TPair>(IReadOnlyList<TPair> Pairs, long Tokens)
{
    /// <summary>Puts the outcomes of the prompts together, in their order.</summary>
    internal static BuiltPairs<TPair> From(IReadOnlyList<(TPair? Pair, long Tokens)> outcomes) =>
        new([.. outcomes.Select(o => o.Pair).OfType<TPair>()], outcomes.Sum(o => o.Tokens));
}
