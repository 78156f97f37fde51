using Sgasa.Contracts;

namespace Sgasa.Cli.Adapting;

/// <summary>What the user asked of <c>adapt</c>, as given.</summary>
internal sealed record AdaptRequest
{
    /// <summary>The attack log's file.</summary>
    public required string Log { get; init; }

    /// <summary>The recipe's name or file; null for the model's default.</summary>
    public string? Recipe { get; init; }

    /// <summary>The seed.</summary>
    public required long Seed { get; init; }

    /// <summary>The output folder.</summary>
    public required string Output { get; init; }

    /// <summary>The test prompts' file; null for none.</summary>
    public string? Test { get; init; }

    /// <summary>The judge; null for the default.</summary>
    public JudgeKind? Judge { get; init; }

    /// <summary>Where the model runs.</summary>
    public required string Device { get; init; }

    /// <summary>Whether standard output is for one JSON object.</summary>
    public bool Json { get; init; }
}
