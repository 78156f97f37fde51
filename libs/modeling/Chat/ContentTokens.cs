namespace Sgasa.Modeling;

/// <summary>What an added token's spelling, such as <c>&lt;|im_end|&gt;</c>, means inside a message.</summary>
public enum ContentTokens
{
    /// <summary>
    /// Plain text: a message can't end its turn or begin another one, whatever it says. Only in an assistant's messages are
    /// <see cref="ChatTemplate.ThinkingTokens"/> recognised.
    /// </summary>
    Plain,

    /// <summary>The token, as transformers has it. For messages that are trusted.</summary>
    Recognised,
}
