using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sgasa.Contracts;
using Sgasa.Contracts.Messages;

namespace Sgasa.Coordinator.Rounds;

/// <summary>A message as it waits in its round's document.</summary>
internal sealed record OutboxMessage
{
    private static readonly Dictionary<string, JsonTypeInfo> Kinds = RoundMessages.Commands.Concat(RoundMessages.Events)
        .Select(type => ContractsJson.Default.GetTypeInfo(type)
            ?? throw new InvalidOperationException($"{type.Name} is missing from {nameof(ContractsJson)}."))
        .Concat([RoundJson.Default.KeepTestPrompts, RoundJson.Default.KeepEvaluation, RoundJson.Default.StopTraining])
        .ToDictionary(t => t.Type.Name, StringComparer.Ordinal);

    /// <summary>Its place in the round's sequence of messages.</summary>
    public required long Number { get; init; }

    /// <summary>The message's type name.</summary>
    public required string Kind { get; init; }

    /// <summary>The message as JSON.</summary>
    public required JsonElement Body { get; init; }

    /// <summary>A message on its way into the document.</summary>
    public static OutboxMessage Of(long number, object message)
    {
        var kind = message.GetType().Name;
        return new OutboxMessage
        {
            Number = number,
            Kind = kind,
            Body = JsonSerializer.SerializeToElement(message, Kinds[kind]),
        };
    }

    /// <summary>The message itself; null for one that an older program wrote and nobody listens to any more.</summary>
    public object? Read() => !Kinds.TryGetValue(Kind, out var kind) ? null : Body.Deserialize(kind)
        ?? throw new JsonException($"Message {Number} of kind {Kind} is empty.");
}
