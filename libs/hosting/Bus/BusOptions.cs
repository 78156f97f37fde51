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

    /// <summary>What carries the messages.</summary>
    public BusTransport Transport { get; set; } = BusTransport.InMemory;

    /// <summary>Messages of one queue worked on at once, where <see cref="EndpointConcurrency"/> does not name it.</summary>
    [Range(1, 1_024)]
    public int Concurrency { get; set; } = 4;

    /// <summary>Messages worked on at once by the queue's name, e.g. <c>augment-prompts</c>: 8.</summary>
    public IDictionary<string, int> EndpointConcurrency { get; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>Tries after the first one, when a fault is transient.</summary>
    [Range(0, 100)]
    public int Retries { get; set; } = 5;

    /// <summary>Pause before the first retry; it doubles from one to the next.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan FirstRetryPause { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest pause between two tries.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan LongestRetryPause { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a stopping host lets consumers finish before it cancels them.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The limit of one queue.</summary>
    public int ConcurrencyOf(string endpoint) => EndpointConcurrency.TryGetValue(endpoint, out var n) ? n : Concurrency;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Transport != BusTransport.InMemory)
        {
            yield return new ValidationResult(
                $"Bus:Transport is {Transport}, which this version can't use yet: take {BusTransport.InMemory}.",
                [nameof(Transport)]);
        }

        foreach (var (endpoint, limit) in EndpointConcurrency.Where(e => e.Value is < 1 or > 1_024))
        {
            yield return new ValidationResult(
                $"Bus:EndpointConcurrency:{endpoint} is {limit}: take a number from 1 to 1024.",
                [nameof(EndpointConcurrency)]);
        }
    }
}
