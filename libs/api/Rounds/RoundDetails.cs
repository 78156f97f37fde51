using Sgasa.Api.Results;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Api.Rounds;

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
