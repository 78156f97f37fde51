using Sgasa.Contracts;
using Sgasa.Modeling;

namespace Sgasa.Prompting.Sampling;

/// <summary>One response asked of a model.</summary>
public sealed record SampleRequest
{
    /// <summary>
    /// The response's id; with the round's seed it makes the seed, so nothing else changes the response.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>The seed of the round, or of whatever the response is sampled for.</summary>
    public required long RoundSeed { get; init; }

    /// <summary>What is said to the model, as one user message.</summary>
    public required string Text { get; init; }

    /// <summary>How tokens are sampled.</summary>
    public required SamplingConfig Sampling { get; init; }

    /// <summary>The checkpoint to sample from; null for the model that the client stands for.</summary>
    public string? CheckpointId { get; init; }
}
