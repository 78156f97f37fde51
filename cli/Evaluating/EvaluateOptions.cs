using Sgasa.Contracts;

namespace Sgasa.Cli.Evaluating;

/// <summary>What the user asked of <c>evaluate</c>, as given.</summary>
internal sealed record EvaluateOptions
{
    /// <summary>The prompt file.</summary>
    public required string Prompts { get; init; }

    /// <summary>The model's folder; null for the tiny model.</summary>
    public string? Model { get; init; }

    /// <summary>The adapter's folder; null for none.</summary>
    public string? Adapter { get; init; }

    /// <summary>The judge; null for the default.</summary>
    public JudgeKind? Judge { get; init; }

    /// <summary>The guideline's file; null for none.</summary>
    public string? Guideline { get; init; }

    /// <summary>The recipe's name or file; null for the model's default.</summary>
    public string? Recipe { get; init; }

    /// <summary>The seed.</summary>
    public required long Seed { get; init; }

    /// <summary>Where the model runs.</summary>
    public required string Device { get; init; }

    /// <summary>Whether standard output is for one JSON object.</summary>
    public bool Json { get; init; }
}
