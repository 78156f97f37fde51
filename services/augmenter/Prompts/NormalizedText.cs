namespace Sgasa.Augmenter.Prompts;

/// <summary>Texts compared without regard to case and white space.</summary>
internal static class NormalizedText
{
    /// <summary>Lower case, single spaces, none at the ends.</summary>
    public static string Of(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();
}
