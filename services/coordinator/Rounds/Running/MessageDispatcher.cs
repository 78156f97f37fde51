using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Hosting.Bus;

namespace Sgasa.Coordinator.Rounds;

/// <summary>Does what a decision asks for: effects in the store, everything else over the bus. Repeating it is harmless.</summary>
public sealed class MessageDispatcher(
    IMessageSender sender, IArtifactStore artifacts, ITrainingJobStore jobs)
{
    /// <summary>Carries out one effect, publishes one event or sends one command.</summary>
    public Task DispatchAsync(object message, CancellationToken cancellationToken) => message switch
    {
        KeepTestPrompts effect => KeepAsync(effect, cancellationToken),
        KeepEvaluation effect => KeepAsync(effect, cancellationToken),
        // Its trainer hears of it when it next renews its lease, within a step.
        StopTraining effect => jobs.CancelAsync(ArtifactIds.Checkpoint(effect.RoundId, effect.Stage), cancellationToken),
        _ => sender.DispatchAsync(message, cancellationToken),
    };

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
