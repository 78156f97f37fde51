namespace Sgasa.Artifacts;

/// <summary>An artifact that a command names is not in the store: a permanent fault.</summary>
public sealed class ArtifactNotFoundException(string kind, string id)
    : Exception($"{kind} '{id}' is not in the artifact store.")
{
    /// <summary>The artifact's type name.</summary>
    public string Kind { get; } = kind;

    /// <summary>The id asked for.</summary>
    public string Id { get; } = id;
}
