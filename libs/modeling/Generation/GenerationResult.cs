namespace Sgasa.Modeling;

/// <summary>A finished response.</summary>
/// <param name="TokenIds">
/// The sampled tokens; the last is the end token where <see cref="FinishReason.Stop"/> is the reason.
/// </param>
/// <param name="FinishReason">Why it ended.</param>
public sealed record GenerationResult(IReadOnlyList<int> TokenIds, FinishReason FinishReason);
