namespace Sgasa.Modeling;

/// <summary>One response to be sampled. The response depends on nothing but what is in here and the model's weights.</summary>
public sealed record GenerationRequest
{
    /// <summary>The prompt's token ids; at least one.</summary>
    public required IReadOnlyList<int> PromptIds { get; init; }

    /// <summary>The adapter to apply; null is the model itself. It must not be disposed of while the request runs.</summary>
    public LoraAdapter? Adapter { get; init; }

    /// <summary>How tokens are chosen.</summary>
    public SamplingConfig Sampling { get; init; } = new();

    /// <summary>Seed of this response's random numbers.</summary>
    public ulong Seed { get; init; }

    /// <summary>Tokens that end the response; null are the model's own end tokens.</summary>
    public IReadOnlyList<int>? StopTokenIds { get; init; }
}
