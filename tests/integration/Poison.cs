using System.Text;
using System.Text.Json.Nodes;
using RabbitMQ.Client;

namespace Sgasa.Integration.Tests;

/// <summary>Messages that no consumer can do anything with.</summary>
internal static class Poison
{
    private static readonly Dictionary<string, string> MessageOf = new(StringComparer.Ordinal)
    {
        ["synthesize-guideline"] = "SynthesizeGuideline",
        ["augment-prompts"] = "AugmentPrompts",
        ["build-pairs"] = "BuildPairs",
        ["train-checkpoint"] = "TrainCheckpoint",
        ["evaluate-checkpoint"] = "EvaluateCheckpoint",
        ["advance-round"] = "PairBuilt",
        ["track-training"] = "TrainingProgressed",
        ["keep-champion"] = "CheckpointPromoted",
    };

    /// <summary>Every queue.</summary>
    public static IReadOnlyCollection<string> Queues => MessageOf.Keys;

    /// <summary>The kinds of poison.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["no-json", "wrong-type", "missing-fields"];

    /// <summary>Puts one message of a kind into every queue.</summary>
    /// <returns>How many.</returns>
    public static async Task<int> PlantAsync(IConnection connection, string kind, CancellationToken ct)
    {
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), ct);
        foreach (var (queue, message) in MessageOf)
        {
            var properties = new BasicProperties
            {
                ContentType = "application/vnd.masstransit+json",
                MessageId = $"{kind}.{queue}",
                Persistent = true,
            };
            await channel.BasicPublishAsync("", queue, mandatory: true, properties, Body(kind, message), ct);
        }

        return MessageOf.Count;
    }

    private static byte[] Body(string kind, string message) => Encoding.UTF8.GetBytes(kind switch
    {
        "no-json" => "This is no JSON.",
        "wrong-type" => Envelope("RoundCompleted", new JsonObject { ["roundId"] = "r-none" }),
        "missing-fields" => Envelope(message, new JsonObject { ["unknown"] = 1 }),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind of poison."),
    });

    private static string Envelope(string type, JsonObject message) => new JsonObject
    {
        ["messageType"] = new JsonArray($"urn:message:Sgasa.Contracts.Messages:{type}"),
        ["message"] = message,
    }.ToJsonString();
}
