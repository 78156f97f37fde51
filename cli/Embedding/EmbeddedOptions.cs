namespace Sgasa.Cli.Embedding;

/// <summary>How rounds run in this process.</summary>
internal sealed record EmbeddedOptions
{
    /// <summary>The command that is run, as the user knows it.</summary>
    public required string Command { get; init; }

    /// <summary>The folder that rounds are kept in, as the user named it.</summary>
    public required string Output { get; init; }

    /// <summary>The base model's folder; null for the tiny model.</summary>
    public string? Model { get; init; }

    /// <summary>Where the model runs.</summary>
    public string Device { get; init; } = "auto";
}
