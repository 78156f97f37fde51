using System.Text.Json;
using Sgasa.Modeling.Architectures.Rotary;
using Sgasa.Modeling.IO;
using TorchSharp;

namespace Sgasa.Modeling;

/// <summary>
/// YaRN (<c>yarn</c>, Peng et al. 2023): pairs that turn often within the original context keep their frequency, those that
/// turn seldom are interpolated, those between blended; cosines and sines gain a magnitude.
/// </summary>
/// <param name="Factor">What low frequencies are divided by.</param>
/// <param name="OriginalMaxPositionEmbeddings">Context length of the model before scaling, in tokens.</param>
/// <param name="BetaFast">Pairs that turn more often than this are kept.</param>
/// <param name="BetaSlow">Pairs that turn less often than this are interpolated.</param>
/// <param name="AttentionFactor">The magnitude; null is <c>0.1 ln(factor) + 1</c>.</param>
public sealed record YarnScaling(
    double Factor, int OriginalMaxPositionEmbeddings, double BetaFast = 32, double BetaSlow = 1, double? AttentionFactor = null)
    : RopeScaling(Factor)
{
    private const string Original = "original_max_position_embeddings";

    /// <inheritdoc/>
    public override string Type => "yarn";

    /// <inheritdoc/>
    internal override double Magnitude => AttentionFactor ?? (Factor <= 1 ? 1 : 0.1 * Math.Log(Factor) + 1);

    /// <summary>Published settings add the scaling and leave the longest sequence as it was.</summary>
    internal override int ContextLength(int maxPositions) =>
        Math.Max(maxPositions, (int)Math.Min(Factor * OriginalMaxPositionEmbeddings, int.MaxValue));

    /// <summary>Reads the rule's parameters.</summary>
    /// <param name="rope">The rotation's section.</param>
    /// <param name="maxPositions">What the original context is taken for where the section does not say.</param>
    internal static YarnScaling Read(JsonSection rope, int maxPositions)
    {
        // DeepSeek's own magnitudes, and GPT-OSS's range that is not rounded to pairs.
        foreach (var field in new[] { "mscale", "mscale_all_dim" })
            if (rope.Find(field) is not null) throw rope.Error(field, "is not supported");
        if (rope.Boolean("truncate") == false) throw rope.Error("truncate", "false is not supported");
        return new YarnScaling(
            rope.PositiveNumber("factor"),
            rope.Find(Original) is null ? maxPositions : rope.Positive(Original),
            rope.Find("beta_fast") is null ? 32 : rope.PositiveNumber("beta_fast"),
            rope.Find("beta_slow") is null ? 1 : rope.PositiveNumber("beta_slow"),
            rope.Find("attention_factor") is null ? null : rope.PositiveNumber("attention_factor"));
    }

    /// <inheritdoc/>
    internal override torch.Tensor Scale(torch.Tensor frequencies, RotaryShape shape, torch.Tensor lengths)
    {
        // The pair that turns so many times within the original context.
        double PairOf(double turns) => shape.Width * Math.Log(OriginalMaxPositionEmbeddings / (turns * 2 * Math.PI))
            / (2 * Math.Log(shape.Theta));
        var low = Math.Max(Math.Floor(PairOf(BetaFast)), 0);
        var high = Math.Min(Math.Ceiling(PairOf(BetaSlow)), shape.Width - 1);
        if (low == high) high += 0.001;
        var pairs = torch.arange(shape.Width / 2, torch.ScalarType.Float32, frequencies.device);
        var share = ((pairs - low) / (high - low)).clamp(0, 1); // of interpolation
        return frequencies * (1 - share) + frequencies / Factor * share;
    }

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json)
    {
        if (AttentionFactor is { } magnitude) json.WriteNumber("attention_factor", magnitude);
        json.WriteNumber("beta_fast", BetaFast);
        json.WriteNumber("beta_slow", BetaSlow);
        json.WriteNumber("factor", Factor);
        json.WriteNumber(Original, OriginalMaxPositionEmbeddings);
    }
}
