using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sgasa.Contracts;
using Sgasa.Contracts.Messages;

namespace Sgasa.Coordinator.Rounds;

/// <summary>A message as it waits in its round's document.</summary>
internal sealed record OutboxMessage
{
    private static readonly Dictionary<string, JsonTypeInfo> Kinds = new JsonTypeInfo[]
    {
        RoundJson.Default.KeepTestPrompts,
        RoundJson.Default.KeepEvaluation,
        ContractsJson.Default.AttackLogged,
        ContractsJson.Default.RoundStarted,
        ContractsJson.Default.SynthesizeGuideline,
        ContractsJson.Default.AugmentPrompts,
        ContractsJson.Default.BuildPairs,
        ContractsJson.Default.TrainCheckpoint,
        ContractsJson.Default.EvaluateCheckpoint,
        ContractsJson.Default.CheckpointPromoted,
        ContractsJson.Default.CheckpointRejected,
        ContractsJson.Default.RoundCompleted,
        ContractsJson.Default.RoundFailed,
    }.ToDictionary(t => t.Type.Name, StringComparer.Ordinal);

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

    /// <summary>The message itself.</summary>
    public object Read() => Body.Deserialize(Kinds[Kind])
        ?? throw new JsonException($"Message {Number} of kind {Kind} is empty.");
}
