namespace Sgasa.Augmenter;

/// <summary>Keys of the samplers in the host's services.</summary>
internal static class Samplers
{
    /// <summary>The augmenter's own.</summary>
    public const string Generator = "augmenter";
}
