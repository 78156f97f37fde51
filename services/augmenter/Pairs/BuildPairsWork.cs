using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting.Work;

namespace Sgasa.Augmenter.Pairs;

/// <summary>Makes training pairs from a batch of prompts.</summary>
public sealed class BuildPairsWork(IArtifactStore artifacts, SftPairBuilder sft, PreferencePairBuilder preferences)
    : IRoundWork<BuildPairs, PairBuilt>
{
    /// <inheritdoc />
    public async Task<WorkDone<PairBuilt>> DoAsync(
        RoundSpecification round, BuildPairs command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        var prompts = await artifacts.GetAsync<AugmentedPrompt>(command.PromptIds, cancellationToken);
        if (command.Stage == Stage.Dpo)
            return Done(command, await preferences.BuildAsync(round, prompts, cancellationToken));

        var guidelines = await artifacts.GetAsync<Guideline>(command.GuidelineIds, cancellationToken);
        return Done(command, await sft.BuildAsync(round, prompts, guidelines, cancellationToken));
    }

    private static WorkDone<PairBuilt> Done<TPair>(BuildPairs command, BuiltPairs<TPair> built) where TPair : class, IArtifact
    {
        var answer = new PairBuilt
        {
            RoundId = command.RoundId,
            Stage = command.Stage,
            Label = command.Label,
            Batch = command.Batch,
            PairIds = [.. built.Pairs.Select(p => p.Id)],
            Prompts = command.PromptIds.Count,
            Tokens = built.Tokens,
        };
        return WorkDone.With(
            built.Pairs, answer, $"{built.Pairs.Count} pairs from {command.PromptIds.Count} prompts, {built.Tokens} tokens");
    }
}
