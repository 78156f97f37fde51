using Sgasa.Contracts;
using Sgasa.Modeling;

namespace Sgasa.Cli.Generating;

/// <summary>What the user asked of <c>generate</c>, as given.</summary>
internal sealed record GenerateOptions
{
    /// <summary>The prompt; <c>-</c> for standard input.</summary>
    public required string Prompt { get; init; }

    /// <summary>The model's folder; null for the tiny model.</summary>
    public string? Model { get; init; }

    /// <summary>The adapter's folder; null for none.</summary>
    public string? Adapter { get; init; }

    /// <summary>Whether the thinking is shown.</summary>
    public bool ShowThinking { get; init; }

    /// <summary>How tokens are drawn.</summary>
    public required SamplingConfig Sampling { get; init; }

    /// <summary>The seed.</summary>
    public required long Seed { get; init; }

    /// <summary>Where the model runs.</summary>
    public required string Device { get; init; }

    /// <summary>Whether standard output is for one JSON object.</summary>
    public bool Json { get; init; }
}
