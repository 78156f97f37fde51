using System.Text.Json;

namespace Sgasa.Integration.Tests.Wire;

/// <summary>What passes between a replica and what it calls.</summary>
internal enum PassageKind
{
    /// <summary>The replica asks the database; the subject is <c>command collection</c>, e.g. <c>update rounds</c>.</summary>
    Question,

    /// <summary>The database answers such a question: it has been carried out.</summary>
    Answer,

    /// <summary>The broker hands a message to the replica; the subject is the queue.</summary>
    Delivery,

    /// <summary>The replica publishes or sends a message; the subject is the message's type.</summary>
    Publication,

    /// <summary>The broker confirms a publication: it has the message.</summary>
    Confirmation,

    /// <summary>The replica acknowledges a delivery: the broker may forget the message.</summary>
    Acknowledgement,

    /// <summary>The replica asks the trainer; the subject is the gRPC method, e.g. <c>Generate</c>.</summary>
    Call,

    /// <summary>Anything else: handshakes, heartbeats, ends of cursors.</summary>
    Other,
}

/// <summary>One thing that passes, whole: it can be held, and then is neither sent on nor lost.</summary>
/// <param name="Replica">The replica that sends or receives it.</param>
/// <param name="Route">Between the replica and which server.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Subject">What it is about, see <see cref="PassageKind"/>.</param>
/// <param name="ReadBody">Its content as JSON; asked for at most once.</param>
internal sealed record Passage(string Replica, Route Route, PassageKind Kind, string Subject, Func<string> ReadBody)
{
    private readonly Lazy<string> _body = new(ReadBody);

    /// <summary>Its content as JSON: a message's own fields, or a database command.</summary>
    public string Body => _body.Value;

    /// <summary>A number in its content; null where there is none of that name.</summary>
    public int? Number(string field)
    {
        using var json = JsonDocument.Parse(Body);
        return json.RootElement.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Number
            ? value.GetInt32()
            : null;
    }

    /// <summary>A passage of which nothing is known but that it is there.</summary>
    public static Passage Unread(string replica, Route route) => new(replica, route, PassageKind.Other, "", static () => "{}");

    /// <inheritdoc />
    public override string ToString() => $"{Replica} {Kind} {Subject}";
}

/// <summary>What a replica calls.</summary>
internal enum Route
{
    /// <summary>RabbitMQ.</summary>
    Broker,

    /// <summary>MongoDB.</summary>
    Database,

    /// <summary>The trainer's gRPC.</summary>
    Model,
}
