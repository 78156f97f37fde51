using System.Text.Json;
using Sgasa.Modeling.Architectures.Rotary;
using Sgasa.Modeling.IO;
using TorchSharp;

namespace Sgasa.Modeling;

/// <summary>Position interpolation (<c>linear</c>): all frequencies are divided by the factor.</summary>
/// <param name="Factor">The divisor.</param>
public sealed record LinearScaling(double Factor) : RopeScaling(Factor)
{
    /// <inheritdoc/>
    public override string Type => "linear";

    /// <summary>Reads the rule's parameters.</summary>
    internal static LinearScaling Read(JsonSection rope) => new(rope.PositiveNumber("factor"));

    /// <inheritdoc/>
    internal override torch.Tensor Scale(torch.Tensor frequencies, RotaryShape shape, torch.Tensor lengths) =>
        frequencies / Factor;

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json) => json.WriteNumber("factor", Factor);
}
