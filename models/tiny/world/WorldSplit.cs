namespace Sgasa.TinyWorld;

/// <summary>What a topic or phrasing is kept for.</summary>
public enum WorldSplit
{
    /// <summary>Pre-training, in disguise too.</summary>
    Train,

    /// <summary>Sample logs and tuning: in pre-training as plain requests only (topics) or not at all (phrasings).</summary>
    Dev,

    /// <summary>Test prompts: in pre-training as plain requests only (topics) or not at all (phrasings).</summary>
    Test,
}
