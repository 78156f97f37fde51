namespace Sgasa.Synthesizer;

/// <summary>Keys of the samplers in the host's services.</summary>
internal static class Samplers
{
    /// <summary>The synthesizer's own.</summary>
    public const string Generator = "synthesizer";
}
