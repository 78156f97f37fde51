using Sgasa.Api.Rounds;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Cli.Output;

/// <summary>Where the things are that a round made.</summary>
internal interface IRoundFiles
{
    /// <summary>Makes a file of one of the round's exports, whole or not at all.</summary>
    Task WriteAsync(RoundDetails round, string name, string target, CancellationToken cancellationToken);

    /// <summary>Makes a folder of a stage's adapter, whole or not at all.</summary>
    /// <returns>The stage's checkpoint.</returns>
    Task<Checkpoint> CopyAdapterAsync(RoundDetails round, Stage stage, string target, CancellationToken cancellationToken);
}
