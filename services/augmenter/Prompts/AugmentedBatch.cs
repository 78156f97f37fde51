using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;

namespace Sgasa.Augmenter.Prompts;

/// <summary>What came of one augmentation batch.</summary>
/// <param name="Prompts">All texts in the order of their places, accepted or not.</param>
/// <param name="Accepted">The accepted ones, in the same order, with their signatures.</param>
/// <param name="Tokens">Tokens generated, classification included.</param>
public sealed record AugmentedBatch(
    IReadOnlyList<AugmentedPrompt> Prompts, IReadOnlyList<AcceptedPrompt> Accepted, long Tokens);
