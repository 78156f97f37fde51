using System.Text.Json;
using Sgasa.Modeling.Architectures.Rotary;
using Sgasa.Modeling.IO;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling;

/// <summary>Llama 3.1's rule (<c>llama3</c>): long wavelengths are stretched, short ones kept, those between blended.</summary>
/// <param name="Factor">What low frequencies are divided by.</param>
/// <param name="LowFreqFactor">Wavelengths above the original context divided by this are scaled wholly.</param>
/// <param name="HighFreqFactor">Wavelengths below the original context divided by this are left alone.</param>
/// <param name="OriginalMaxPositionEmbeddings">Context length of the model before scaling, in tokens.</param>
public sealed record Llama3Scaling(
    double Factor, double LowFreqFactor, double HighFreqFactor, int OriginalMaxPositionEmbeddings) : RopeScaling(Factor)
{
    /// <inheritdoc/>
    public override string Type => "llama3";

    /// <summary>Reads the rule's parameters.</summary>
    internal static Llama3Scaling Read(JsonSection rope) => new(
        rope.PositiveNumber("factor"), rope.PositiveNumber("low_freq_factor"), rope.PositiveNumber("high_freq_factor"),
        rope.Positive("original_max_position_embeddings"));

    /// <inheritdoc/>
    internal override Tensor Scale(Tensor frequencies, RotaryShape shape, Tensor lengths)
    {
        var context = (double)OriginalMaxPositionEmbeddings;
        var wavelengths = 2 * Math.PI / frequencies;
        var stretched = where(wavelengths > context / LowFreqFactor, frequencies / Factor, frequencies);
        var smooth = (context / wavelengths - LowFreqFactor) / (HighFreqFactor - LowFreqFactor);
        var blended = (1 - smooth) * stretched / Factor + smooth * stretched;
        var between = (wavelengths >= context / HighFreqFactor).logical_and(wavelengths <= context / LowFreqFactor);
        return where(between, blended, stretched);
    }

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("factor", Factor);
        json.WriteNumber("high_freq_factor", HighFreqFactor);
        json.WriteNumber("low_freq_factor", LowFreqFactor);
        json.WriteNumber("original_max_position_embeddings", OriginalMaxPositionEmbeddings);
    }
}
