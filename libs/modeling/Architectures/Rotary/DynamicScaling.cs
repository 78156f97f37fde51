using System.Text.Json;
using Sgasa.Modeling.Architectures.Rotary;
using Sgasa.Modeling.IO;
using TorchSharp;

namespace Sgasa.Modeling;

/// <summary>
/// NTK-aware scaling by the sequence's own length (<c>dynamic</c>): beyond the longest sequence that the model was made for, the
/// base of the frequencies grows with the length.
/// </summary>
/// <param name="Factor">How fast it grows.</param>
public sealed record DynamicScaling(double Factor) : RopeScaling(Factor)
{
    /// <inheritdoc/>
    public override string Type => "dynamic";

    /// <inheritdoc/>
    internal override int ContextLength(int maxPositions) => (int)Math.Min(Math.Max(1, Factor) * maxPositions, int.MaxValue);

    /// <inheritdoc/>
    internal override bool DependsOnLength => true;

    /// <summary>Reads the rule's parameters.</summary>
    internal static DynamicScaling Read(JsonSection rope) => new(rope.PositiveNumber("factor"));

    /// <summary>
    /// The base becomes <c>θ · g^(d / (d - 2))</c>, which multiplies frequency j of d/2 by <c>g^(-2j / (d - 2))</c>.
    /// </summary>
    internal override torch.Tensor Scale(torch.Tensor frequencies, RotaryShape shape, torch.Tensor lengths)
    {
        var half = shape.Width / 2;
        var growth = (lengths.to_type(torch.ScalarType.Float32) / shape.MaxPositionEmbeddings * Factor - (Factor - 1)).clamp_min(1);
        var exponents = torch.arange(half, torch.ScalarType.Float32, frequencies.device) / -Math.Max(1, half - 1);
        return frequencies * growth.pow(exponents.unsqueeze(0));
    }

    /// <inheritdoc/>
    internal override bool SameFor(RotaryShape shape, long length, long other) =>
        length == other || Math.Max(length, other) <= shape.MaxPositionEmbeddings;

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json) => json.WriteNumber("factor", Factor);
}
