using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;

namespace Sgasa.Hosting.Bus;

/// <summary>Reads what an error queue's message says of itself; never its text.</summary>
internal static class FaultedMessage
{
    private const int MaxReason = 2_000;
    private const int MaxWord = 200;

    /// <summary>The message's own id; one from its content, where whoever sent it gave none.</summary>
    public static string IdOf(BasicGetResult message) =>
        message.BasicProperties.MessageId is { Length: > 0 and <= MaxWord } id
            ? id
            : Convert.ToHexStringLower(SHA256.HashData(message.Body.Span).AsSpan(0, 16));

    /// <summary>What an operator sees of it.</summary>
    public static QueueFault Describe(string queue, BasicGetResult message, int maxBytes)
    {
        var (type, round) = message.Body.Length <= maxBytes ? Envelope(message.Body) : ("", "");
        var headers = message.BasicProperties.Headers;
        return new QueueFault
        {
            Id = IdOf(message),
            Queue = queue,
            MessageType = type,
            RoundId = Text(headers, FaultHeaders.Round, MaxWord) is { Length: > 0 } named ? named : round,
            Work = Text(headers, FaultHeaders.Work, MaxWord),
            Reason = Text(headers, FaultHeaders.Reason, MaxReason),
            FaultedAt = DateTimeOffset.TryParse(
                Text(headers, FaultHeaders.Timestamp, MaxWord),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var at) ? at : null,
        };
    }

    private static string Text(IDictionary<string, object?>? headers, string name, int most)
    {
        var value = headers?.TryGetValue(name, out var found) == true ? found : null;
        var text = value switch
        {
            byte[] bytes => Encoding.UTF8.GetString(bytes),
            string words => words,
            _ => "",
        };
        return text.Length <= most ? text : text[..most];
    }

    private static (string Type, string Round) Envelope(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? (MessageType(json.RootElement), RoundId(json.RootElement))
                : ("", "");
        }
        catch (JsonException)
        {
            return ("", "");
        }
    }

    private static string MessageType(JsonElement envelope) =>
        envelope.TryGetProperty("messageType", out var types) && types.ValueKind == JsonValueKind.Array
            && types.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.String } type
            ? Word(type.GetString()!.Split(':')[^1])
            : "";

    private static string RoundId(JsonElement envelope) =>
        envelope.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.Object
            && message.TryGetProperty("roundId", out var round) && round.ValueKind == JsonValueKind.String
            ? Word(round.GetString()!)
            : "";

    private static string Word(string text) => text.Length <= MaxWord ? text : "";
}
