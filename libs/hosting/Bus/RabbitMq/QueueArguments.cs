namespace Sgasa.Hosting.Bus;

/// <summary>
/// What our queues are declared with. None of it comes from options: a queue that exists can't be declared otherwise,
/// and a host that tried would not start.
/// </summary>
internal static class QueueArguments
{
    /// <summary>
    /// A replicated queue whose messages the broker never drops for their deliveries: these are counted by
    /// <see cref="DeliveryLimitFilter"/>, which tells the round.
    /// </summary>
    public static IReadOnlyDictionary<string, object?> Durable { get; } = new Dictionary<string, object?>
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = -1,
    };

    /// <summary>
    /// A queue that holds messages for a while, then hands them to the queue that their routing key names. Nothing is
    /// lost on the way: a message leaves only when the other queue has it.
    /// </summary>
    public static IDictionary<string, object?> Holding(TimeSpan time) => new Dictionary<string, object?>(Durable)
    {
        ["x-message-ttl"] = (long)time.TotalMilliseconds,
        ["x-dead-letter-exchange"] = "",
        ["x-dead-letter-strategy"] = "at-least-once",
        ["x-overflow"] = "reject-publish",
    };

    /// <summary>The name of that queue.</summary>
    public static string HoldingName(TimeSpan time) => time.Milliseconds == 0 && time.Microseconds == 0
        ? $"retry-in-{(long)time.TotalSeconds}s"
        : $"retry-in-{(long)time.TotalMilliseconds}ms";

    /// <summary>Where a queue's faults go.</summary>
    public static string ErrorQueue(string queue) => queue + "_error";
}
