namespace Sgasa.Modeling.Tokenization;

/// <summary>A token that is found in text as a whole, before any splitting, such as <c>&lt;|im_end|&gt;</c>.</summary>
public sealed record AddedToken
{
    /// <summary>Makes a token.</summary>
    /// <param name="content">Its text; not empty.</param>
    /// <param name="special">Whether decoding can leave it out.</param>
    public AddedToken(string content, bool special = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(content);
        Content = content;
        Special = special;
    }

    /// <summary>The token's text.</summary>
    public string Content { get; }

    /// <summary>Whether decoding with <c>skipSpecialTokens</c> leaves it out.</summary>
    public bool Special { get; }

    /// <summary>
    /// Its id; ignored when a tokenizer is written, where added tokens follow the vocabulary in order.
    /// </summary>
    public int Id { get; init; }

    /// <summary>Whether it is found only where no letter or digit touches it.</summary>
    public bool SingleWord { get; init; }

    /// <summary>Whether it swallows white space on its left.</summary>
    public bool LeftStrip { get; init; }

    /// <summary>Whether it swallows white space on its right.</summary>
    public bool RightStrip { get; init; }

    /// <summary>Whether it is looked for in the normalized text instead of the raw one.</summary>
    public bool Normalized { get; init; }
}
