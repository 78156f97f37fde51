namespace Sgasa.Hosting.Bus;

/// <summary>The queues as an operator sees them: how full, who works on them, what failed.</summary>
public interface IBrokerQueues
{
    /// <summary>The queues that this host and the workers consume, in order of their names.</summary>
    Task<IReadOnlyList<QueueState>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Messages that were given up, oldest first in each queue; looking changes nothing.</summary>
    /// <param name="limit">Most of them.</param>
    /// <param name="cancellationToken">Stops the looking.</param>
    Task<IReadOnlyList<QueueFault>> ListFaultsAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Puts failed messages back into their queues: one by its id, or all of a queue by its name.</summary>
    /// <returns>How many; 0 when nothing has that id or name.</returns>
    Task<int> RequeueAsync(string idOrQueue, CancellationToken cancellationToken);

    /// <summary>Forgets failed messages: one by its id, or all of a queue by its name.</summary>
    /// <returns>How many; 0 when nothing has that id or name.</returns>
    Task<int> DropAsync(string idOrQueue, CancellationToken cancellationToken);
}

/// <summary>How a queue stands.</summary>
public sealed record QueueState
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

/// <summary>A message that was given up; never its text.</summary>
public sealed record QueueFault
{
    /// <summary>The message's id.</summary>
    public required string Id { get; init; }

    /// <summary>The queue it failed in.</summary>
    public required string Queue { get; init; }

    /// <summary>The message's type, e.g. <c>AugmentPrompts</c>; empty where it can't be read.</summary>
    public required string MessageType { get; init; }

    /// <summary>Its round; empty where it can't be read.</summary>
    public required string RoundId { get; init; }

    /// <summary>The command's name and place in the round; empty for an event.</summary>
    public required string Work { get; init; }

    /// <summary>What went wrong, in a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>When it failed; null where it can't be read.</summary>
    public required DateTimeOffset? FaultedAt { get; init; }
}
