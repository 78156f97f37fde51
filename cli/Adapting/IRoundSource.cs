using Sgasa.Cli.Models;
using Sgasa.Coordinator.Rounds;

namespace Sgasa.Cli.Adapting;

/// <summary>Rounds to look at: an output folder's, or a server's.</summary>
internal interface IRoundSource
{
    /// <summary>All rounds, newest first.</summary>
    Task<IReadOnlyList<RoundSummary>> ListAsync(CancellationToken cancellationToken);

    /// <summary>A round with its progress and results, or null.</summary>
    Task<RoundDetails?> FindAsync(string roundId, CancellationToken cancellationToken);

    /// <summary>The base model of a round; null where only its fingerprint is known.</summary>
    Task<ModelChoice?> ModelAsync(RoundDetails round, CancellationToken cancellationToken);
}
