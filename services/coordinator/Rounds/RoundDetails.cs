using Sgasa.Contracts.Artifacts;
using Sgasa.Coordinator.Progress;
using Sgasa.Coordinator.Results;

namespace Sgasa.Coordinator.Rounds;

/// <summary>A round in a list.</summary>
public sealed record RoundSummary
{
    /// <summary>The round's id.</summary>
    public required string Id { get; init; }

    /// <summary>Where it stands.</summary>
    public required RoundStatus Status { get; init; }

    /// <summary>Name of the attack log.</summary>
    public required string Source { get; init; }

    /// <summary>Name of the recipe.</summary>
    public required string Recipe { get; init; }

    /// <summary>The seed.</summary>
    public required long Seed { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>All there is to tell of a round.</summary>
public sealed record RoundDetails
{
    /// <summary>What the round was asked to do.</summary>
    public required RoundSpecification Specification { get; init; }

    /// <summary>Where it stands, by stage.</summary>
    public required RoundProgress Progress { get; init; }

    /// <summary>The verified guidelines so far, in order.</summary>
    public required IReadOnlyList<string> GuidelineIds { get; init; }

    /// <summary>The augmented prompts kept so far, harmful first, each label in order.</summary>
    public required IReadOnlyList<string> PromptIds { get; init; }

    /// <summary>The pairs that SFT is trained on, in order; empty until they are known.</summary>
    public required IReadOnlyList<string> SftPairIds { get; init; }

    /// <summary>The pairs that DPO is trained on, in order; empty until they are known.</summary>
    public required IReadOnlyList<string> DpoPairIds { get; init; }

    /// <summary>The SFT checkpoint, or null.</summary>
    public string? SftCheckpointId { get; init; }

    /// <summary>The candidate, or null.</summary>
    public string? DpoCheckpointId { get; init; }

    /// <summary>The figures of the methods evaluated so far.</summary>
    public required RoundResults Results { get; init; }

    /// <summary>Whether the candidate became the champion, and why; null until the round is complete.</summary>
    public Promotion? Promotion { get; init; }
}
