using System.ComponentModel.DataAnnotations;

namespace Sgasa.Hosting.Bus;

/// <summary>What carries the messages.</summary>
public enum BusTransport
{
    /// <summary>The process itself: every service in one host.</summary>
    InMemory,

    /// <summary>A RabbitMQ broker: services in hosts of their own.</summary>
    RabbitMq,
}

/// <summary>How a host takes part in the messaging.</summary>
public sealed class BusOptions : IValidatableObject
{
    /// <summary>The configuration section these options are read from.</summary>
    public const string Section = "Bus";

    private const int PlainPort = 5672;
    private const int TlsPort = 5671;

    /// <summary>What carries the messages.</summary>
    public BusTransport Transport { get; set; } = BusTransport.InMemory;

    /// <summary>The broker's host name; needed for <see cref="BusTransport.RabbitMq"/>.</summary>
    public string Host { get; set; } = "";

    /// <summary>The broker's port; null for the usual one, 5672, with TLS 5671.</summary>
    [Range(1, 65_535)]
    public int? Port { get; set; }

    /// <summary>The broker's virtual host: one for each deployment.</summary>
    [Required]
    public string VirtualHost { get; set; } = "/";

    /// <summary>The broker's user; needed for <see cref="BusTransport.RabbitMq"/>.</summary>
    public string Username { get; set; } = "";

    /// <summary>The user's password; needed for <see cref="BusTransport.RabbitMq"/>.</summary>
    public string Password { get; set; } = "";

    /// <summary>How the connection to the broker is protected.</summary>
    public BrokerTlsOptions Tls { get; } = new();

    /// <summary>After how long a silent connection counts as broken.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Commands of one queue worked on at once, where neither <see cref="EndpointConcurrency"/> nor the work itself says
    /// otherwise. The broker hands out no more than that, so that nothing waits here while another replica is idle. The
    /// trainer takes one.
    /// </summary>
    [Range(1, 1_024)]
    public int Concurrency { get; set; } = 4;

    /// <summary>Events of one queue worked on at once, where <see cref="EndpointConcurrency"/> does not name it.</summary>
    [Range(1, 1_024)]
    public int EventConcurrency { get; set; } = 4;

    /// <summary>Events of one queue that the broker hands out ahead of their turn.</summary>
    [Range(1, 65_535)]
    public int EventPrefetch { get; set; } = 32;

    /// <summary>Messages worked on at once by the queue's name, e.g. <c>augment-prompts</c>: 8.</summary>
    public IDictionary<string, int> EndpointConcurrency { get; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>Tries after the first one, while the message is held, when a fault is transient.</summary>
    [Range(0, 100)]
    public int Retries { get; set; } = 5;

    /// <summary>Pause before the first retry; it doubles from one to the next.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan FirstRetryPause { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest pause between two tries.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan LongestRetryPause { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Rounds of tries after the first one, while the message waits in the broker. With the pauses' defaults they
    /// bridge 40 minutes. Only for <see cref="BusTransport.RabbitMq"/>.
    /// </summary>
    [Range(0, 1_000)]
    public int DelayedRetries { get; set; } = 12;

    /// <summary>Wait before the first delayed retry; it doubles from one to the next.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan FirstRetryDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait before a delayed retry.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan LongestRetryDelay { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Deliveries after which a message is given up whose worker ended each time without answering: it may be what
    /// ends the worker.
    /// </summary>
    [Range(1, 10_000)]
    public int DeliveryLimit { get; set; } = 20;

    /// <summary>Largest message, in bytes, that is sent or taken.</summary>
    [Range(1_024, 16 * 1_024 * 1_024)]
    public int MaxMessageBytes { get; set; } = 4 * 1_024 * 1_024;

    /// <summary>How long a stopping host lets consumers finish before it cancels them.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The limit of one queue.</summary>
    public int ConcurrencyOf(string endpoint) =>
        EndpointConcurrency.TryGetValue(endpoint, out var n) ? n
        : IsWork(endpoint) ? Concurrency
        : EventConcurrency;

    /// <summary>How many messages of one queue the broker hands out before they are acknowledged.</summary>
    public int PrefetchOf(string endpoint) =>
        IsWork(endpoint) ? ConcurrencyOf(endpoint) : Math.Max(EventPrefetch, ConcurrencyOf(endpoint));

    /// <summary>Whether a queue is one that commands are sent to.</summary>
    internal static bool IsWork(string endpoint) => WorkQueues.CommandOf(endpoint) is not null;

    /// <summary>The wait before a delayed retry, from 0; null when there is none left.</summary>
    internal TimeSpan? RetryDelay(int retry)
    {
        if (retry >= DelayedRetries) return null;
        var delay = FirstRetryDelay * Math.Pow(2, Math.Min(retry, 30));
        return delay < LongestRetryDelay ? delay : LongestRetryDelay;
    }

    /// <summary>The broker's port.</summary>
    internal int BrokerPort => Port ?? (Tls.Enabled ? TlsPort : PlainPort);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (endpoint, limit) in EndpointConcurrency.Where(e => e.Value is < 1 or > 1_024))
        {
            yield return new ValidationResult(
                $"Bus:EndpointConcurrency:{endpoint} is {limit}: take a number from 1 to 1024.",
                [nameof(EndpointConcurrency)]);
        }

        if (Transport != BusTransport.RabbitMq) yield break;

        foreach (var (name, value) in new[] { (nameof(Host), Host), (nameof(Username), Username), (nameof(Password), Password) })
        {
            if (value.Length == 0)
                yield return new ValidationResult($"Bus:{name} is empty: {BusTransport.RabbitMq} needs it.", [name]);
        }

        foreach (var fault in Tls.Faults())
            yield return new ValidationResult(fault, [nameof(Tls)]);
    }
}
