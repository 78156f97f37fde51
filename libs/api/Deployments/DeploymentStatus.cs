namespace Sgasa.Api.Deployments;

/// <summary>How a deployment is doing.</summary>
public sealed record DeploymentStatus
{
    /// <summary>The coordinator's version.</summary>
    public required string Version { get; init; }

    /// <summary>The base model; null while nobody knows it.</summary>
    public BaseModelInfo? Model { get; init; }

    /// <summary>Why the base model is not known; null where it is.</summary>
    public string? ModelFault { get; init; }

    /// <summary>The checkpoint that the base model is best served with; null before a round has made one.</summary>
    public string? Champion { get; init; }

    /// <summary>The services, in the order of the method.</summary>
    public required IReadOnlyList<ServiceStatus> Services { get; init; }

    /// <summary>The queues between them.</summary>
    public required IReadOnlyList<QueueStatus> Queues { get; init; }

    /// <summary>Rounds with outstanding work.</summary>
    public required int RunningRounds { get; init; }
}
