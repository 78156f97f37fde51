namespace Sgasa.Coordinator.Rounds;

/// <summary>
/// Tells, from looks at regular times, which rounds should be asked for their outstanding work again: those that are new
/// here, and those without news for 1 look, 2, 4, 8 and so on, since slow work has no news either. Not safe for
/// concurrent use.
/// </summary>
internal sealed class QuietRounds
{
    private readonly Dictionary<string, (string State, int Looks)> _seen = new(StringComparer.Ordinal);

    /// <summary>Takes a look at a round.</summary>
    /// <param name="roundId">The round.</param>
    /// <param name="state">Its state, as text.</param>
    public bool Look(string roundId, string state)
    {
        if (!_seen.TryGetValue(roundId, out var last))
        {
            _seen[roundId] = (state, 0);
            return true;
        }

        var looks = last.State == state ? last.Looks + 1 : 0;
        _seen[roundId] = (state, looks);
        return int.IsPow2(looks);
    }

    /// <summary>Forgets the rounds that have ended.</summary>
    public void KeepOnly(IReadOnlySet<string> roundIds)
    {
        foreach (var ended in _seen.Keys.Where(id => !roundIds.Contains(id)).ToList()) _seen.Remove(ended);
    }
}
