namespace Sgasa.Modeling;

/// <summary>A prompt that leaves the model no room for a single token of its response; only its own request fails.</summary>
/// <param name="tokens">Tokens of the prompt.</param>
/// <param name="contextLength">Longest sequence of the model, prompt and response together.</param>
public sealed class PromptTooLongException(int tokens, int contextLength) : ArgumentException(
    $"The prompt has {tokens} tokens, but the model takes fewer than {contextLength}. Shorten it.")
{
    /// <summary>Tokens of the prompt.</summary>
    public int Tokens { get; } = tokens;

    /// <summary>Longest sequence of the model, prompt and response together.</summary>
    public int ContextLength { get; } = contextLength;
}
