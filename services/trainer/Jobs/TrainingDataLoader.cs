using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Trainer.Jobs;

/// <summary>Reads the examples that a specification names.</summary>
public sealed class TrainingDataLoader(IArtifactStore artifacts)
{
    /// <summary>
    /// The examples: stored pairs in ordinal order of their ids, each once, or those that came with the job.
    /// </summary>
    /// <exception cref="ArtifactNotFoundException">A pair is not in the store.</exception>
    public async Task<TrainingData> LoadAsync(TrainingSpecification specification, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(specification);
        if (specification.PairIds.Count == 0) return new TrainingData(specification.Examples);
        var ids = specification.PairIds.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        return specification.Stage switch
        {
            Stage.Sft => new TrainingData(
                [.. (await artifacts.GetAsync<SftPair>(ids, cancellationToken))
                    .Select(p => new TrainingExample(p.Prompt, p.Completion))]),
            _ => new TrainingData(
                [.. (await artifacts.GetAsync<PreferencePair>(ids, cancellationToken))
                    .Select(p => new TrainingExample(p.Prompt, p.Chosen, p.Rejected))]),
        };
    }
}
