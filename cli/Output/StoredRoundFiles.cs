using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Coordinator.Exports;
using Sgasa.Coordinator.Rounds;

namespace Sgasa.Cli.Output;

/// <summary>What a round of this machine made.</summary>
/// <param name="artifacts">The store.</param>
/// <param name="checkpoints">The folder under which the trainer keeps adapters.</param>
internal sealed class StoredRoundFiles(IArtifactStore artifacts, string checkpoints) : IRoundFiles
{
    private readonly RoundExports _exports = new(artifacts);

    public IAsyncEnumerable<string> LinesAsync(RoundDetails round, string name, CancellationToken cancellationToken) =>
        _exports.LinesAsync(round, name, cancellationToken);

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
