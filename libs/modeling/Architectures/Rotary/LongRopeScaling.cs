using System.Text.Json;
using Sgasa.Modeling.Architectures.Rotary;
using Sgasa.Modeling.IO;
using TorchSharp;

namespace Sgasa.Modeling;

/// <summary>
/// LongRoPE (<c>longrope</c>, Ding et al. 2024): every pair has a divisor of its own, and all of them others once the sequence is
/// longer than the original context.
/// </summary>
/// <param name="Factor">How much longer the context became, which the default magnitude depends on.</param>
/// <param name="OriginalMaxPositionEmbeddings">Context length of the model before scaling, in tokens.</param>
/// <param name="ShortFactor">Divisors up to the original context, one per pair.</param>
/// <param name="LongFactor">Divisors beyond it.</param>
/// <param name="AttentionFactor">The magnitude; null is <c>sqrt(1 + ln(factor) / ln(original context))</c>.</param>
public sealed record LongRopeScaling(
    double Factor, int OriginalMaxPositionEmbeddings, IReadOnlyList<double> ShortFactor, IReadOnlyList<double> LongFactor,
    double? AttentionFactor = null)
    : RopeScaling(Factor)
{
    /// <inheritdoc/>
    public override string Type => "longrope";

    /// <inheritdoc/>
    internal override bool DependsOnLength => true;

    /// <inheritdoc/>
    internal override double Magnitude => AttentionFactor
        ?? (Factor <= 1 ? 1 : Math.Sqrt(1 + Math.Log(Factor) / Math.Log(OriginalMaxPositionEmbeddings)));

    /// <summary>Reads the rule's parameters.</summary>
    /// <param name="rope">The rotation's section.</param>
    /// <param name="config">The whole configuration, where release 4 has the original context.</param>
    /// <param name="shape">The model.</param>
    internal static LongRopeScaling Read(JsonSection rope, JsonSection config, RotaryShape shape)
    {
        foreach (var field in new[] { "short_mscale", "long_mscale" })
            if (rope.Find(field) is not null) throw rope.Error(field, "is not supported");
        const string name = "original_max_position_embeddings";
        var original = (rope.Find(name) is null ? config : rope).Positive(name);
        return new LongRopeScaling(
            (double)shape.MaxPositionEmbeddings / original, original,
            Divisors(rope, "short_factor", shape.Width / 2), Divisors(rope, "long_factor", shape.Width / 2),
            rope.Find("attention_factor") is null ? null : rope.PositiveNumber("attention_factor"));
    }

    private static double[] Divisors(JsonSection rope, string field, int count)
    {
        var divisors = rope.Numbers(field) ?? throw rope.Missing(field);
        if (divisors.Length != count) throw rope.Error(field, $"has {divisors.Length} numbers, but rotation has {count} pairs");
        return Array.TrueForAll(divisors, divisor => divisor > 0)
            ? divisors
            : throw rope.Error(field, "has a number that is not positive");
    }

    /// <inheritdoc/>
    internal override torch.Tensor Scale(torch.Tensor frequencies, RotaryShape shape, torch.Tensor lengths) => torch.where(
        lengths.gt(OriginalMaxPositionEmbeddings), Divided(frequencies, LongFactor), Divided(frequencies, ShortFactor));

    private static torch.Tensor Divided(torch.Tensor frequencies, IReadOnlyList<double> divisors) => (frequencies
        / torch.tensor(divisors.Select(divisor => (float)divisor).ToArray(), device: frequencies.device)).unsqueeze(0);

    /// <inheritdoc/>
    internal override bool SameFor(RotaryShape shape, long length, long other) =>
        length > OriginalMaxPositionEmbeddings == other > OriginalMaxPositionEmbeddings;

    /// <summary>The original context stands beside the rotation's parameters, where both releases look for it.</summary>
    internal override void Write(Utf8JsonWriter json)
    {
        if (AttentionFactor is { } magnitude) json.WriteNumber("attention_factor", magnitude);
        Write(json, "long_factor", LongFactor);
        Write(json, "short_factor", ShortFactor);
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<double> divisors)
    {
        json.WriteStartArray(name);
        foreach (var divisor in divisors) json.WriteNumberValue(divisor);
        json.WriteEndArray();
    }

    /// <summary>Divisors are compared one by one.</summary>
    public bool Equals(LongRopeScaling? other) => other is not null
        && (Factor, OriginalMaxPositionEmbeddings, AttentionFactor)
            == (other.Factor, other.OriginalMaxPositionEmbeddings, other.AttentionFactor)
        && ShortFactor.SequenceEqual(other.ShortFactor) && LongFactor.SequenceEqual(other.LongFactor);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Factor, OriginalMaxPositionEmbeddings, AttentionFactor);
}
