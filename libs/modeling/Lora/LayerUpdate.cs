using TorchSharp;

namespace Sgasa.Modeling.Lora;

/// <summary>
/// An adapter's matrices of one decoder layer. Each list belongs to the projections that read one input: A of all of them, one
/// below the other, then the B of each; empty where there is no update.
/// </summary>
internal sealed record LayerUpdate
{
    /// <summary>No update.</summary>
    public static LayerUpdate None { get; } = new() { Qkv = [], Output = [], GateUp = [], Down = [], Scale = 0.0 };

    /// <summary>Queries, keys and values.</summary>
    public required torch.Tensor[] Qkv { get; init; }

    /// <summary>The attention's output.</summary>
    public required torch.Tensor[] Output { get; init; }

    /// <summary>Gate and up.</summary>
    public required torch.Tensor[] GateUp { get; init; }

    /// <summary>Down.</summary>
    public required torch.Tensor[] Down { get; init; }

    /// <summary>What the updates are multiplied by.</summary>
    public required Scalar Scale { get; init; }
}
