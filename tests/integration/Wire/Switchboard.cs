using System.Collections.Concurrent;

namespace Sgasa.Integration.Tests.Wire;

/// <summary>
/// What stands between the replicas of a deployment and the servers that they call: sees everything that passes, and holds
/// what a test says.
/// </summary>
internal sealed class Switchboard
{
    private const int Remembered = 40;

    private readonly Lock _turn = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _passed = new(StringComparer.Ordinal);
    private readonly List<Passage> _inHand = [];
    private List<Hold> _holds = [];

    /// <summary>Holds what passes a place; put up before the work begins, it can miss nothing.</summary>
    /// <param name="replica">Whose passages.</param>
    /// <param name="place">Which of them.</param>
    public Hold Hold(string replica, Place place) => Hold(
        $"{replica} {place.Name}",
        passage => passage.Replica == replica && place.Holds(passage, InHand(replica)));

    /// <summary>Holds everything between all replicas and a server: it is silent.</summary>
    public Hold Silence(Route route) => Hold($"{route} is silent", passage => passage.Route == route);

    /// <summary>Holds everything that a replica asks the database.</summary>
    public Hold HoldQuestions(string replica) => Hold(
        $"{replica} asks no more", passage => passage.Replica == replica && passage.Kind == PassageKind.Question);

    /// <summary>The messages that a replica was given and has not acknowledged.</summary>
    public IReadOnlyList<Passage> InHand(string replica)
    {
        lock (_turn) return [.. _inHand.Where(d => d.Replica == replica)];
    }

    /// <summary>What passed a replica last, the oldest first.</summary>
    public IReadOnlyList<string> LastPassages(string replica) =>
        _passed.TryGetValue(replica, out var passed) ? [.. passed] : [];

    /// <summary>Ends when something has passed that no hold stopped.</summary>
    /// <param name="name">What, in words.</param>
    /// <param name="isIt">Whether it is that.</param>
    public Hold Notice(string name, Func<Passage, bool> isIt)
    {
        var seen = Hold(name, isIt);
        seen.LetGo();
        return seen;
    }

    /// <summary>Lets a passage go on when nothing holds it any more.</summary>
    /// <returns>False where its connection is to end instead.</returns>
    public async Task<bool> PassAsync(Passage passage, CancellationToken ct)
    {
        foreach (var hold in _holds)
        {
            if (!(hold.IsOver && hold.Reached.IsCompleted) && hold.Holds(passage) && !await hold.WaitAsync(passage, ct)) return false;
        }

        if (passage.Kind == PassageKind.Other) return true;
        var passed = _passed.GetOrAdd(passage.Replica, static _ => new());
        passed.Enqueue(passage.ToString());
        if (passed.Count > Remembered) passed.TryDequeue(out _);
        return true;
    }

    /// <summary>Notes that a replica has a message.</summary>
    public void PickUp(Passage delivery)
    {
        lock (_turn) _inHand.Add(delivery);
    }

    /// <summary>Notes that a replica has it no more.</summary>
    public void PutDown(Passage delivery)
    {
        lock (_turn) _inHand.RemoveAll(d => ReferenceEquals(d, delivery));
    }

    private Hold Hold(string name, Func<Passage, bool> holds)
    {
        var hold = new Hold(name, holds);
        // Read by many, replaced by one.
        lock (_turn) _holds = [.. _holds, hold];
        return hold;
    }
}
