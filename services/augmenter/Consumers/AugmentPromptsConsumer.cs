using MassTransit;
using Sgasa.Artifacts;
using Sgasa.Augmenter.Prompts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting;

namespace Sgasa.Augmenter.Consumers;

/// <summary>
/// Writes and filters a batch of prompts; asked again, it repeats the answer without asking the model.
/// </summary>
public sealed class AugmentPromptsConsumer(
    IArtifactStore artifacts,
    RoundSpecifications rounds,
    PromptAugmenter augmenter,
    ILogger<AugmentPromptsConsumer> logger) : IConsumer<AugmentPrompts>
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<AugmentPrompts> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (command, ct) = (context.Message, context.CancellationToken);
        var work = $"augment-prompts/{command.Label.ToString().ToLowerInvariant()}/{command.Batch:D5}";
        var type = ContractsJson.Default.PromptAugmented;
        if (await artifacts.FindReceiptAsync(command.RoundId, work, type, ct) is { } published)
        {
            await context.Publish(published, ct);
            logger.WorkRepeated(command.RoundId, work);
            return;
        }

        var round = await rounds.GetAsync(command.RoundId, ct);
        var logged = await artifacts.ListAsync<AttackPrompt>(command.RoundId, ct);
        var evaluation = await artifacts.ListAsync<EvaluationPrompt>(command.RoundId, ct);
        var batch = await augmenter.AugmentAsync(round, command, logged, evaluation, ct);

        var augmented = new PromptAugmented
        {
            RoundId = command.RoundId,
            Label = command.Label,
            Batch = command.Batch,
            Accepted = batch.Accepted,
            Requested = command.Count,
            Tokens = batch.Tokens,
        };
        await artifacts.UpsertAsync(batch.Prompts, ct);
        await artifacts.WriteReceiptAsync(command.RoundId, work, augmented, type, ct);
        await context.Publish(augmented, ct);
        logger.PromptsAugmented(
            command.RoundId, command.Label, command.Batch, batch.Accepted.Count, command.Count, batch.Tokens);
    }
}
