namespace Sgasa.Api.Deployments;

/// <summary>What a server says of itself.</summary>
public sealed record ServerInfo
{
    /// <summary>Its version.</summary>
    public required string Version { get; init; }

    /// <summary>The base model; null while nobody knows it.</summary>
    public BaseModelInfo? Model { get; init; }

    /// <summary>Why the base model is not known; null where it is.</summary>
    public string? ModelFault { get; init; }

    /// <summary>The checkpoint that the base model is best served with; null before a round has made one.</summary>
    public string? Champion { get; init; }
}
