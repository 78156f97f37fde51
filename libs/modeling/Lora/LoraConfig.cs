using System.ComponentModel.DataAnnotations;

namespace Sgasa.Modeling.Lora;

/// <summary>Low-rank adapter: every target projection <c>W x</c> becomes <c>W x + (α/r) B A x</c>.</summary>
public sealed record LoraConfig
{
    /// <summary>The linear projections of a decoder layer, in the order of the forward pass.</summary>
    public static IReadOnlyList<string> AllLinear { get; } =
        ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];

    /// <summary>Inner dimension r of the update.</summary>
    [Range(1, 1024)] public int Rank { get; init; } = 16;

    /// <summary>The α that the update is scaled by, as α/r.</summary>
    [Range(1e-6, 1e6)] public double Alpha { get; init; } = 32;

    /// <summary>Dropout on the adapter's input; only 0 is supported.</summary>
    [Range(0.0, 0.0, ErrorMessage = "Dropout on the adapter is not supported: set it to 0.")] public double Dropout { get; init; }

    /// <summary>Projections that get an update, of <see cref="AllLinear"/>.</summary>
    [MinLength(1)] public IReadOnlyList<string> TargetModules { get; init; } = AllLinear;

    /// <summary>Whether the update is scaled by α/√r instead of α/r (rank-stabilised LoRA).</summary>
    public bool UseRslora { get; init; }

    /// <summary>What the update is multiplied by.</summary>
    public double Scaling => UseRslora ? Alpha / Math.Sqrt(Rank) : Alpha / Rank;
}
