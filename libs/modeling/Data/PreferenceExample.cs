namespace Sgasa.Modeling.Training;

/// <summary>A prompt with a better and a worse completion.</summary>
/// <param name="PromptIds">Token ids of the prompt as the model sees it, template included; at least one.</param>
/// <param name="ChosenIds">Token ids of the better completion, its end token included; at least one.</param>
/// <param name="RejectedIds">Token ids of the worse completion, its end token included; at least one.</param>
public sealed record PreferenceExample(IReadOnlyList<int> PromptIds, IReadOnlyList<int> ChosenIds, IReadOnlyList<int> RejectedIds)
{
    /// <summary>
    /// The reference's log-probability of the chosen completion where it is known already: the sum over its tokens, or with
    /// <see cref="DpoLossType.Ipo"/> their mean. Given for all pairs, both of each, or for none.
    /// </summary>
    public double? RefChosenLogp { get; init; }

    /// <summary>The same of the rejected completion.</summary>
    public double? RefRejectedLogp { get; init; }
}
