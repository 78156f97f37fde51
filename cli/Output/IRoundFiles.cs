using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Coordinator.Rounds;

namespace Sgasa.Cli.Output;

/// <summary>Where the things are that a round made.</summary>
internal interface IRoundFiles
{
    /// <summary>The lines of one of the round's exports.</summary>
    IAsyncEnumerable<string> LinesAsync(RoundDetails round, string name, CancellationToken cancellationToken);

    /// <summary>Makes a folder of a stage's adapter, whole or not at all.</summary>
    /// <returns>The stage's checkpoint.</returns>
    Task<Checkpoint> CopyAdapterAsync(RoundDetails round, Stage stage, string target, CancellationToken cancellationToken);
}
