using System.Text.Json;
using Sgasa.Contracts.Messages;
using Sgasa.Coordinator.Rounds;

namespace Sgasa.Coordinator.Tests.Rounds;

/// <summary>Plays a round against <see cref="Workers"/> and remembers what was asked for.</summary>
internal sealed class Simulation
{
    private readonly Workers _workers;
    private readonly List<object> _pending = [];

    public Simulation(Decision start, Workers workers)
    {
        _workers = workers;
        State = start.State;
        Follow(start);
    }

    public RoundState State { get; private set; }

    /// <summary>Every command ever issued, as JSON.</summary>
    public SortedSet<string> Issued { get; } = new(StringComparer.Ordinal);

    /// <summary>The commands, in the order in which they were issued.</summary>
    public List<object> Commands { get; } = [];

    /// <summary>Every effect and event, in order.</summary>
    public List<object> Told { get; } = [];

    public string StateJson => JsonSerializer.Serialize(State, RoundJson.Default.RoundState);

    public T Single<T>() => Told.OfType<T>().ShouldHaveSingleItem();

    /// <summary>Answers commands in the order they came, until none is left.</summary>
    public Simulation Run()
    {
        while (_pending.Count > 0) Deliver(0, keep: false);
        return this;
    }

    /// <summary>Answers commands until one of a kind has been issued.</summary>
    public Simulation RunUntil<T>()
    {
        while (!Commands.OfType<T>().Any()) Deliver(0, keep: false);
        return this;
    }

    /// <summary>The state after a trip to the store.</summary>
    public RoundState ReadBack() => JsonSerializer.Deserialize(StateJson, RoundJson.Default.RoundState)!;

    /// <summary>Answers commands in random order, some of them twice, with crashes that lose all that is under way.</summary>
    public Simulation RunInDisorder(Random random)
    {
        while (_pending.Count > 0)
        {
            Deliver(random.Next(_pending.Count), keep: random.Next(4) == 0);
            if (random.Next(8) == 0) Crash();
        }

        return this;
    }

    private void Deliver(int index, bool keep)
    {
        var command = _pending[index];
        if (!keep) _pending.RemoveAt(index);
        Follow(RoundDecider.Decide(State, (IRoundAnswer)_workers.Answer(command)));
    }

    private void Crash()
    {
        _pending.Clear();
        State = ReadBack();
        _pending.AddRange(RoundDecider.Outstanding(State));
    }

    private void Follow(Decision decision)
    {
        State = decision.State;
        foreach (var message in decision.Messages)
        {
            if (message is not IRoundCommand)
            {
                Told.Add(message);
                continue;
            }

            Issued.Add(message.GetType().Name + JsonSerializer.Serialize(message));
            Commands.Add(message);
            _pending.Add(message);
        }
    }
}
