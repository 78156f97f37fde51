using Sgasa.Artifacts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting.Work;

namespace Sgasa.Augmenter.Prompts;

/// <summary>Writes and filters a batch of prompts.</summary>
public sealed class AugmentPromptsWork(IArtifactStore artifacts, PromptAugmenter augmenter)
    : IRoundWork<AugmentPrompts, PromptAugmented>
{
    /// <inheritdoc />
    public async Task<WorkDone<PromptAugmented>> DoAsync(
        RoundSpecification round, AugmentPrompts command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        var logged = await artifacts.ListAsync<AttackPrompt>(command.RoundId, cancellationToken);
        var evaluation = await artifacts.ListAsync<EvaluationPrompt>(command.RoundId, cancellationToken);
        var batch = await augmenter.AugmentAsync(round, command, logged, evaluation, cancellationToken);
        var augmented = new PromptAugmented
        {
            RoundId = command.RoundId,
            Label = command.Label,
            Batch = command.Batch,
            Accepted = batch.Accepted,
            Requested = command.Count,
            Tokens = batch.Tokens,
        };
        return WorkDone.With(
            batch.Prompts, augmented, $"{batch.Accepted.Count} of {command.Count} prompts accepted, {batch.Tokens} tokens");
    }
}
