using System.Text.Json;
using Sgasa.Artifacts;

namespace Sgasa.Coordinator.Rounds;

/// <summary>A round's document: the decider's state, and the messages that are not known to be sent.</summary>
internal sealed record StoredRound
{
    /// <summary>The decider's state.</summary>
    public required RoundState State { get; init; }

    /// <summary>Messages still to be sent, in order.</summary>
    public IReadOnlyList<OutboxMessage> Outbox { get; init; } = [];

    /// <summary>Number of the next message.</summary>
    public long NextNumber { get; init; }

    /// <summary>When the outstanding work was last asked for again; null for never.</summary>
    public DateTimeOffset? AskedAgainAt { get; init; }

    /// <summary>A copy with a decision's state, and its messages behind those that wait.</summary>
    public StoredRound With(Decision decision) => this with
    {
        State = decision.State,
        Outbox = [.. Outbox, .. decision.Messages.Select((m, i) => OutboxMessage.Of(NextNumber + i, m))],
        NextNumber = NextNumber + decision.Messages.Count,
    };

    /// <summary>A copy without the messages up to a number.</summary>
    public StoredRound Sent(long upTo) => this with { Outbox = [.. Outbox.Where(m => m.Number > upTo)] };

    /// <summary>Reads the document.</summary>
    public static StoredRound Read(RoundDocument document) =>
        JsonSerializer.Deserialize(document.Json, RoundJson.Default.StoredRound)
        ?? throw new JsonException($"The document of round '{document.Id}' is empty.");

    /// <summary>Writes the document anew.</summary>
    public RoundDocument Write(long version, DateTimeOffset createdAt) => new()
    {
        Id = State.RoundId,
        Version = version,
        Status = State.Status.ToString(),
        CreatedAt = createdAt,
        Json = JsonSerializer.Serialize(this, RoundJson.Default.StoredRound),
    };
}
