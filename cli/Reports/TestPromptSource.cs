namespace Sgasa.Cli.Reports;

/// <summary>Where the prompts of an evaluation come from.</summary>
public enum TestPromptSource
{
    /// <summary>Nobody wrote it down.</summary>
    Unknown,

    /// <summary>The tiny model's world: topics and phrasings that no step has seen.</summary>
    World,

    /// <summary>A file of the user's.</summary>
    File,

    /// <summary>Augmented prompts held out from training.</summary>
    HeldOut,
}
