using System.ComponentModel.DataAnnotations;

namespace Sgasa.Modeling;

/// <summary>
/// Sizes of a <see cref="GenerationEngine"/>. Other sizes may change a response in its last bits; load never does.
/// </summary>
public sealed record GenerationOptions
{
    /// <summary>Responses that are sampled together per adapter.</summary>
    [Range(1, 1024)] public int Slots { get; init; } = 32;

    /// <summary>Batches that may hold memory at once; further ones wait.</summary>
    [Range(1, 64)] public int MaxActiveLanes { get; init; } = 4;

    /// <summary>Prompts whose keys and values are kept, for further samples of the same prompt.</summary>
    [Range(0, 4096)] public int PrefillCacheSize { get; init; } = 16;

    /// <summary>
    /// Models with at most this many weights are sampled from a copy with the adapter added to the weights, which is
    /// faster; larger ones apply the adapter beside the weights, which needs no copy.
    /// </summary>
    [Range(0, long.MaxValue)] public long CopyUpToParameters { get; init; } = 50_000_000;

    /// <summary>Threads that share the work for a small model on the CPU; null takes one per core.</summary>
    [Range(1, 1024)] public int? Threads { get; init; }

    /// <summary>
    /// Computes small models on the CPU as on other devices, with slots of one size per batch; slower, for comparison.
    /// </summary>
    public bool UniformSlots { get; init; }
}
