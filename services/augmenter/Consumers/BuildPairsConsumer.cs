using MassTransit;
using Sgasa.Artifacts;
using Sgasa.Augmenter.Pairs;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting;

namespace Sgasa.Augmenter.Consumers;

/// <summary>
/// Makes training pairs from a batch of prompts; asked again, it repeats the answer without asking the model.
/// </summary>
public sealed class BuildPairsConsumer(
    IArtifactStore artifacts,
    RoundSpecifications rounds,
    SftPairBuilder sft,
    PreferencePairBuilder preferences,
    ILogger<BuildPairsConsumer> logger) : IConsumer<BuildPairs>
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<BuildPairs> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (command, ct) = (context.Message, context.CancellationToken);
        var place = $"{command.Stage}/{command.Label}".ToLowerInvariant();
        var work = $"build-pairs/{place}/{command.Batch:D5}";
        var type = ContractsJson.Default.PairBuilt;
        if (await artifacts.FindReceiptAsync(command.RoundId, work, type, ct) is { } published)
        {
            await context.Publish(published, ct);
            logger.WorkRepeated(command.RoundId, work);
            return;
        }

        var round = await rounds.GetAsync(command.RoundId, ct);
        var prompts = await artifacts.GetAsync<AugmentedPrompt>(command.PromptIds, ct);
        var (pairIds, tokens) = command.Stage == Stage.Sft
            ? await BuildSftAsync(round, command, prompts, ct)
            : await BuildPreferencesAsync(round, prompts, ct);

        var built = new PairBuilt
        {
            RoundId = command.RoundId,
            Stage = command.Stage,
            Label = command.Label,
            Batch = command.Batch,
            PairIds = pairIds,
            Prompts = prompts.Count,
            Tokens = tokens,
        };
        await artifacts.WriteReceiptAsync(command.RoundId, work, built, type, ct);
        await context.Publish(built, ct);
        logger.PairsBuilt(
            command.RoundId, command.Stage, command.Label, command.Batch, pairIds.Count, prompts.Count, tokens);
    }

    private async Task<(IReadOnlyList<string> PairIds, long Tokens)> BuildSftAsync(
        RoundSpecification round, BuildPairs command, IReadOnlyList<AugmentedPrompt> prompts, CancellationToken ct)
    {
        var guidelines = await artifacts.GetAsync<Guideline>(command.GuidelineIds, ct);
        var (pairs, tokens) = await sft.BuildAsync(round, prompts, guidelines, ct);
        await artifacts.UpsertAsync(pairs, ct);
        return ([.. pairs.Select(p => p.Id)], tokens);
    }

    private async Task<(IReadOnlyList<string> PairIds, long Tokens)> BuildPreferencesAsync(
        RoundSpecification round, IReadOnlyList<AugmentedPrompt> prompts, CancellationToken ct)
    {
        var (pairs, tokens) = await preferences.BuildAsync(round, prompts, ct);
        await artifacts.UpsertAsync(pairs, ct);
        return ([.. pairs.Select(p => p.Id)], tokens);
    }
}
