using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting.Bus;

namespace Sgasa.Coordinator.Rounds;

/// <summary>Does what a decision asks for: effects in the store, everything else over the bus. Repeating it is harmless.</summary>
public sealed class MessageDispatcher(
    IMessageSender sender, IArtifactStore artifacts, ILogger<MessageDispatcher> logger)
{
    /// <summary>Carries out one effect, publishes one event or sends one command.</summary>
    public Task DispatchAsync(object message, CancellationToken cancellationToken)
    {
        switch (message)
        {
            case KeepTestPrompts effect:
                return KeepAsync(effect, cancellationToken);
            case KeepEvaluation effect:
                return KeepAsync(effect, cancellationToken);
            case RoundStarted started:
                logger.RoundStarted(started.RoundId);
                break;
            case CheckpointPromoted promoted:
                logger.CandidatePromoted(promoted.RoundId, promoted.CheckpointId);
                break;
            case CheckpointRejected rejected:
                logger.CandidateRejected(rejected.RoundId, rejected.CheckpointId, rejected.Reason);
                break;
            case RoundFailed failed:
                logger.RoundFailed(failed.RoundId, failed.Reason);
                break;
        }

        return sender.DispatchAsync(message, cancellationToken);
    }

    private async Task KeepAsync(KeepTestPrompts effect, CancellationToken cancellationToken)
    {
        var augmented = await artifacts.GetAsync<AugmentedPrompt>(
            [.. effect.Prompts.Select(p => p.AugmentedPromptId)], cancellationToken);
        var kept = effect.Prompts.Zip(augmented, (ids, prompt) => new EvaluationPrompt
        {
            Id = ids.EvaluationPromptId,
            RoundId = effect.RoundId,
            Text = prompt.Text,
            Label = prompt.Label,
        });
        await artifacts.UpsertAsync<EvaluationPrompt>([.. kept], cancellationToken);
    }

    private Task KeepAsync(KeepEvaluation effect, CancellationToken cancellationToken) => artifacts.UpsertAsync(
        new Evaluation
        {
            Id = ArtifactIds.Evaluation(effect.RoundId, effect.Method),
            RoundId = effect.RoundId,
            Method = effect.Method,
            Judge = effect.Judge,
            Counts = effect.Counts,
        },
        cancellationToken);
}
