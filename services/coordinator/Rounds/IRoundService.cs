namespace Sgasa.Coordinator.Rounds;

/// <summary>Starts, shows and stops rounds: what the command line and the HTTP API call.</summary>
public interface IRoundService
{
    /// <summary>
    /// Starts the round that a request describes, or goes on with it: a running round's outstanding work is asked for
    /// again, a failed or cancelled one resumes where it stopped, a completed one stays as it is.
    /// </summary>
    /// <returns>The round's id.</returns>
    /// <exception cref="Contracts.UserErrorException">The request cannot become a round; nothing is stored.</exception>
    Task<string> StartAsync(RoundRequest request, CancellationToken cancellationToken);

    /// <summary>The id that <see cref="StartAsync"/> would return; stores nothing.</summary>
    string IdOf(RoundRequest request);

    /// <summary>All rounds, newest first.</summary>
    Task<IReadOnlyList<RoundSummary>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Some of the rounds, newest first; fewer than asked for where there are no more.</summary>
    /// <param name="limit">Most of them.</param>
    /// <param name="after">The last round of the page before; null for the first page.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="RoundNotFoundException">There is no round to go on after.</exception>
    Task<IReadOnlyList<RoundSummary>> PageAsync(int limit, string? after, CancellationToken cancellationToken);

    /// <summary>A round with its progress and results, or null.</summary>
    Task<RoundDetails?> FindAsync(string roundId, CancellationToken cancellationToken);

    /// <summary>Stops a running round.</summary>
    /// <returns>Where it stands then; a round that had ended stays as it was.</returns>
    /// <exception cref="RoundNotFoundException">There is no such round.</exception>
    Task<RoundStatus> CancelAsync(string roundId, CancellationToken cancellationToken);
}
