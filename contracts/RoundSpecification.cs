namespace Sgasa.Contracts.Artifacts;

/// <summary>What a round was asked to do: written once, before the round starts, and read by every worker.</summary>
public sealed record RoundSpecification : IArtifact
{
    /// <inheritdoc />
    public required string Id { get; init; }

    /// <inheritdoc />
    public string RoundId => Id;

    /// <summary>Every number the round uses.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>The seed all randomness of the round derives from.</summary>
    public required long Seed { get; init; }

    /// <summary>Fingerprint of the base model (SHA-256 over its configuration and weight files' identity).</summary>
    public required string BaseModel { get; init; }

    /// <summary>The checkpoint the round starts from; null for the base model itself.</summary>
    public string? ParentCheckpointId { get; init; }

    /// <summary>How responses are judged in the evaluation.</summary>
    public required JudgeKind Judge { get; init; }

    /// <summary>Name of the attack log, for display.</summary>
    public required string Source { get; init; }

    /// <summary>When the round was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
