namespace Sgasa.Api.Deployments;

/// <summary>How a queue stands.</summary>
public sealed record QueueStatus
{
    /// <summary>The queue.</summary>
    public required string Name { get; init; }

    /// <summary>Messages that wait for a consumer; null where the transport does not tell.</summary>
    public required int? Waiting { get; init; }

    /// <summary>Consumers, one of each process; null where the transport does not tell.</summary>
    public required int? Consumers { get; init; }

    /// <summary>Messages given up; null where the transport does not tell.</summary>
    public required int? Faulted { get; init; }
}
