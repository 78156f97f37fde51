using System.ComponentModel.DataAnnotations;

namespace Sgasa.Synthesizer;

/// <summary>How much the synthesizer does at a time; changes speed, not results.</summary>
public sealed class SynthesizerOptions
{
    /// <summary>Where the options are in the configuration.</summary>
    public const string Section = "Synthesizer";

    /// <summary>Calls to the model in flight, over all commands; those at a time are <c>Bus:Concurrency</c>.</summary>
    [Range(1, 4_096)]
    public int MaxParallelCalls { get; set; } = 64;
}
