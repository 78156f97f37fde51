using System.Globalization;
using System.Runtime.Serialization;
using MassTransit;
using Sgasa.Contracts;

namespace Sgasa.Hosting.Bus;

/// <summary>What is written beside a message that failed.</summary>
internal static class FaultHeaders
{
    public const string Reason = "Sgasa-Reason";
    public const string Round = "Sgasa-Round";
    public const string Work = "Sgasa-Work";

    /// <summary>Delayed retries that a message has had.</summary>
    public const string Retries = "Sgasa-Retries";

    /// <summary>When it failed, as MassTransit writes it.</summary>
    public const string Timestamp = MessageHeaders.FaultTimestamp;

    private const string DeliveryCount = "x-delivery-count";
    private const string AcquiredCount = "x-acquired-count";

    /// <summary>How often a message was delivered before; 0 where the transport does not count.</summary>
    public static int Deliveries(ReceiveContext message) =>
        Math.Max(Number(message, DeliveryCount), Number(message, AcquiredCount));

    /// <summary>Delayed retries that a message has had.</summary>
    public static int RetriesOf(ReceiveContext message) => Number(message, Retries);

    /// <summary>The headers of a message that is sent again: without what its last journey added.</summary>
    public static Dictionary<string, object?> Fresh(IDictionary<string, object?>? headers) =>
        (headers ?? new Dictionary<string, object?>())
            .Where(h => !IsOfTheJourney(h.Key))
            .ToDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>What went wrong, in a line.</summary>
    public static string ReasonOf(Exception fault)
    {
        // Faults that we named say it themselves; of others the type is half of what there is to know.
        var text = fault is UserErrorException or ModelRequestException or ModelUnavailableException
            or MessageRefusedException or Artifacts.ArtifactNotFoundException
            ? fault.Message
            : $"{fault.GetType().Name}: {fault.Message}";
        // The library says only that reading failed; the parser below it says where.
        if (fault is SerializationException && fault.GetBaseException() is { } cause && cause != fault)
            text += ": " + cause.Message;
        return text.ReplaceLineEndings(" ").Trim();
    }

    private static bool IsOfTheJourney(string header) =>
        header.StartsWith("x-", StringComparison.OrdinalIgnoreCase)
        || header.StartsWith("MT-Fault-", StringComparison.OrdinalIgnoreCase)
        || header.StartsWith("MT-Host-", StringComparison.OrdinalIgnoreCase)
        || header.StartsWith("Sgasa-", StringComparison.OrdinalIgnoreCase)
        || header.Equals(MessageHeaders.Reason, StringComparison.OrdinalIgnoreCase);

    private static int Number(ReceiveContext message, string header) =>
        message.TransportHeaders.TryGetHeader(header, out var value) && value is IConvertible number
            && int.TryParse(number.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out var n)
            ? n
            : 0;
}
