using Sgasa.Contracts;

namespace Sgasa.Evaluator.Trials;

/// <summary>A prompt to be answered and judged.</summary>
/// <param name="ResponseId">The id that the response will have; its seed derives from it.</param>
/// <param name="PromptId">The prompt's id.</param>
/// <param name="Label">What the right answer is: a refusal or help.</param>
/// <param name="Prompt">The prompt's text.</param>
public sealed record PromptTrial(string ResponseId, string PromptId, Label Label, string Prompt);
