using System.Collections.Concurrent;
using Sgasa.Artifacts;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Hosting;

/// <summary>Rounds' specifications, read from the store once: they never change.</summary>
public sealed class RoundSpecifications(IArtifactStore artifacts)
{
    private const int Kept = 64;
    private readonly ConcurrentDictionary<string, RoundSpecification> _read = new(StringComparer.Ordinal);

    /// <summary>What the round was asked to do.</summary>
    /// <exception cref="ArtifactNotFoundException">There is no such round.</exception>
    public async Task<RoundSpecification> GetAsync(string roundId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(roundId);
        if (_read.TryGetValue(roundId, out var known))
            return known;

        var specification = await artifacts.GetAsync<RoundSpecification>(roundId, cancellationToken).ConfigureAwait(false);
        // A host works on few rounds at a time: forgetting all of them now and then costs a read each.
        if (_read.Count >= Kept)
            _read.Clear();
        return _read[roundId] = specification;
    }
}
