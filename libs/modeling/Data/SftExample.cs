namespace Sgasa.Modeling.Training;

/// <summary>A prompt and the completion to be learnt.</summary>
/// <param name="PromptIds">Token ids of the prompt as the model sees it, template included; at least one.</param>
/// <param name="CompletionIds">Token ids of the completion, its end token included; at least one.</param>
public sealed record SftExample(IReadOnlyList<int> PromptIds, IReadOnlyList<int> CompletionIds);
