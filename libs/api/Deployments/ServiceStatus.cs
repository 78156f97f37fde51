namespace Sgasa.Api.Deployments;

/// <summary>How one service is doing.</summary>
public sealed record ServiceStatus
{
    /// <summary>The service's name.</summary>
    public required string Service { get; init; }

    /// <summary>Processes that take its messages; null where the transport does not tell.</summary>
    public int? Replicas { get; init; }

    /// <summary>Its version; null where nobody knows.</summary>
    public string? Version { get; init; }
}
