using Sgasa.Hosting.Bus;

namespace Sgasa.Coordinator.Api;

/// <summary>How a deployment is doing.</summary>
public sealed record DeploymentStatus
{
    /// <summary>The coordinator's version.</summary>
    public required string Version { get; init; }

    /// <summary>The base model; null while nobody knows it.</summary>
    public BaseModelInfo? Model { get; init; }

    /// <summary>Why the base model is not known; null where it is.</summary>
    public string? ModelFault { get; init; }

    /// <summary>The services, in the order of the method.</summary>
    public required IReadOnlyList<ServiceStatus> Services { get; init; }

    /// <summary>The queues between them.</summary>
    public required IReadOnlyList<QueueState> Queues { get; init; }

    /// <summary>Rounds with outstanding work.</summary>
    public required int RunningRounds { get; init; }
}

/// <summary>How one service is doing.</summary>
public sealed record ServiceStatus
{
    /// <summary>The coordinator's name.</summary>
    internal const string Coordinator = "coordinator";

    /// <summary>The service's name.</summary>
    public required string Service { get; init; }

    /// <summary>Processes that take its messages; null where the transport does not tell.</summary>
    public int? Replicas { get; init; }

    /// <summary>Its version; null where nobody knows.</summary>
    public string? Version { get; init; }
}

/// <summary>How many given-up messages were put back, or dropped.</summary>
/// <param name="Count">Their number.</param>
public sealed record HandledFaults(int Count);
