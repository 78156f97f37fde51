using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Trainer.Checkpoints;

namespace Sgasa.Trainer.Specifications;

/// <summary>Reads what a specification names.</summary>
public sealed class TrainingDataLoader(IArtifactStore artifacts, TrainingUploads uploads)
{
    /// <summary>
    /// The data: stored pairs in ordinal order of their ids, each once, or the files that came with the job.
    /// </summary>
    /// <exception cref="ArtifactNotFoundException">A pair is not in the store.</exception>
    /// <exception cref="TrainingFailedException">The files are gone.</exception>
    public async Task<TrainingData> LoadAsync(
        string jobId, TrainingSpecification specification, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(specification);
        if (specification.Upload is { } upload)
        {
            return await uploads.FetchAsync(jobId, cancellationToken) is { } folder
                ? new TrainingData(folder, upload.Hash)
                : throw new TrainingFailedException("The job's data is gone; give the same command again to send it once more.");
        }
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
