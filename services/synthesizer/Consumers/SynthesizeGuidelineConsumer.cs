using MassTransit;
using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting;
using Sgasa.Synthesizer.Guidelines;

namespace Sgasa.Synthesizer.Consumers;

/// <summary>Makes one attempt at a guideline; asked again, it repeats the answer without asking the model.</summary>
public sealed class SynthesizeGuidelineConsumer(
    IArtifactStore artifacts,
    RoundSpecifications rounds,
    GuidelineSynthesizer synthesizer,
    ILogger<SynthesizeGuidelineConsumer> logger) : IConsumer<SynthesizeGuideline>
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<SynthesizeGuideline> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (command, ct) = (context.Message, context.CancellationToken);
        var work = $"synthesize-guideline/{command.Slot:D5}-{command.Attempt:D5}";
        var type = ContractsJson.Default.GuidelineSynthesized;
        if (await artifacts.FindReceiptAsync(command.RoundId, work, type, ct) is { } published)
        {
            await context.Publish(published, ct);
            logger.WorkRepeated(command.RoundId, work);
            return;
        }

        var round = await rounds.GetAsync(command.RoundId, ct);
        var logged = await artifacts.ListAsync<AttackPrompt>(command.RoundId, ct);
        var (guideline, tokens) = await synthesizer.SynthesizeAsync(round, command.Slot, command.Attempt, logged, ct);

        var synthesized = new GuidelineSynthesized
        {
            RoundId = command.RoundId,
            Slot = command.Slot,
            Attempt = command.Attempt,
            GuidelineId = guideline.Id,
            Verified = guideline.Verified,
            Score = guideline.Score,
            Tokens = tokens,
        };
        await artifacts.UpsertAsync(guideline, ct);
        await artifacts.WriteReceiptAsync(command.RoundId, work, synthesized, type, ct);
        await context.Publish(synthesized, ct);
        logger.GuidelineSynthesized(guideline.Id, guideline.Verified, guideline.Score, tokens);
    }
}
