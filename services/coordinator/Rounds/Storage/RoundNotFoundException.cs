using Sgasa.Contracts;

namespace Sgasa.Coordinator.Rounds;

/// <summary>Somebody asked for a round that is not in the store.</summary>
public sealed class RoundNotFoundException(string roundId)
    : UserErrorException($"There is no round '{roundId}' in this store. List the rounds to see which there are.")
{
    /// <summary>The id asked for.</summary>
    public string RoundId { get; } = roundId;
}
