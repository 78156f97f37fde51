namespace Sgasa.Coordinator.Progress;

/// <summary>Live progress of rounds that this process coordinates.</summary>
public interface IRoundFeed
{
    /// <summary>
    /// The round's progress now, and again whenever it changes, until the round has ended. A slow reader gets the
    /// newest snapshot and misses those before it, never the last one. A fault that keeps the round from advancing (a
    /// full disk) is thrown as it is.
    /// </summary>
    /// <exception cref="Contracts.UserErrorException">There is no such round.</exception>
    IAsyncEnumerable<RoundProgress> WatchAsync(string roundId, CancellationToken cancellationToken);
}
