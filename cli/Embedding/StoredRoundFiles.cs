using Sgasa.Api.Rounds;
using Sgasa.Artifacts;
using Sgasa.Cli.Output;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Coordinator.Exports;

namespace Sgasa.Cli.Embedding;

/// <summary>What a round of this machine made.</summary>
/// <param name="artifacts">The store.</param>
/// <param name="checkpoints">The folder under which the trainer keeps adapters.</param>
internal sealed class StoredRoundFiles(IArtifactStore artifacts, string checkpoints) : IRoundFiles
{
    private readonly RoundExports _exports = new(artifacts);

    public Task WriteAsync(RoundDetails round, string name, string target, CancellationToken cancellationToken) =>
        AtomicFiles.WriteAsync(target, _exports.LinesAsync(round, name, cancellationToken), cancellationToken);

    public async Task<Checkpoint> CopyAdapterAsync(
        RoundDetails round, Stage stage, string target, CancellationToken cancellationToken)
    {
        var id = stage == Stage.Sft ? round.SftCheckpointId : round.DpoCheckpointId;
        var checkpoint = await artifacts.GetAsync<Checkpoint>(
            id ?? throw new InvalidOperationException("A completed round has both checkpoints."), cancellationToken);
        AtomicFiles.CopyFolder(Path.Combine(checkpoints, checkpoint.Folder), target);
        return checkpoint;
    }
}
