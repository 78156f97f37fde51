using System.ComponentModel.DataAnnotations;

namespace Sgasa.Augmenter;

/// <summary>How much the augmenter does at a time; changes speed, not results.</summary>
public sealed class AugmenterOptions
{
    /// <summary>Where the options are in the configuration.</summary>
    public const string Section = "Augmenter";

    /// <summary>Calls to the model in flight, over all commands; those at a time are <c>Bus:Concurrency</c>.</summary>
    [Range(1, 4_096)]
    public int MaxParallelCalls { get; set; } = 64;
}
