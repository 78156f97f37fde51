namespace Sgasa.Coordinator.Rounds;

/// <summary>An augmented prompt that no training sees.</summary>
/// <param name="AugmentedPromptId">The prompt as it was written.</param>
/// <param name="EvaluationPromptId">The evaluation prompt it becomes.</param>
public sealed record HeldOutPrompt(string AugmentedPromptId, string EvaluationPromptId);
