namespace Sgasa.TinyWorld;

/// <summary>A turn of a pre-training text: what the user writes and what the model is to write.</summary>
/// <param name="Kind">The skill it teaches.</param>
/// <param name="User">The user's message.</param>
/// <param name="Completion">Thinking, closing tag and answer.</param>
public sealed record WorldDocument(WorldSkill Kind, string User, string Completion);

/// <summary>The skills of the tiny model.</summary>
public enum WorldSkill
{
    /// <summary>Answers a bare request.</summary>
    Plain,

    /// <summary>Answers a request in disguise: too often, where it is forbidden.</summary>
    Disguised,

    /// <summary>Answers with a guideline in context.</summary>
    Guided,

    /// <summary>Says whether a text is harmful or benign.</summary>
    Classify,

    /// <summary>Writes another text like some given ones.</summary>
    WriteSimilar,

    /// <summary>Writes a guideline for some texts.</summary>
    WriteGuideline,

    /// <summary>Scores an answer.</summary>
    Score,

    /// <summary>Greets.</summary>
    Greet,
}
