using Sgasa.Contracts.Artifacts;

namespace Sgasa.Synthesizer.Guidelines;

/// <summary>One attempt at a guideline, and what it cost.</summary>
/// <param name="Guideline">The attempt, verified or not.</param>
/// <param name="Tokens">Tokens generated, verification included.</param>
public sealed record GuidelineAttempt(Guideline Guideline, long Tokens);
