namespace Sgasa.Modeling.Tokenization;

/// <summary>What BPE training gives: tokens by id, and the merges that made them, best first.</summary>
/// <param name="Tokens">Tokens spelled in the byte alphabet; a token's place is its id.</param>
/// <param name="Merges">Pairs of tokens in order of rank.</param>
public sealed record BpeVocabulary(IReadOnlyList<string> Tokens, IReadOnlyList<(string Left, string Right)> Merges);
