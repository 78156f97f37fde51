using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Sgasa.Modeling;

/// <summary>Low-rank adapter, with PEFT's names: every target projection <c>W x</c> becomes <c>W x + (α/r) B A x</c>.</summary>
/// <remarks>
/// A projection's path is its name within the model, such as <c>model.layers.0.self_attn.q_proj</c>. Names and patterns are
/// matched against it as PEFT matches them.
/// </remarks>
public sealed record LoraConfig : IValidatableObject
{
    /// <summary>The largest rank.</summary>
    internal const int MaxRank = 1024;

    /// <summary>
    /// The linear projections of a decoder layer, in the order of the forward pass. Together they stand for all that the model has,
    /// whatever its family calls them (Phi-3 has <c>qkv_proj</c> and <c>gate_up_proj</c>).
    /// </summary>
    public static IReadOnlyList<string> AllLinear { get; } =
        ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];

    /// <summary>Inner dimension r of the update, where <see cref="RankPattern"/> says no other.</summary>
    [Range(1, MaxRank)] public int R { get; init; } = 16;

    /// <summary>The α that the update is scaled by, as α/r, where <see cref="AlphaPattern"/> says no other.</summary>
    [Range(1e-6, 1e6)] public double LoraAlpha { get; init; } = 32;

    /// <summary>
    /// Dropout on the adapter's input while it was trained; it changes nothing afterwards. Training with another value than 0 is
    /// not supported.
    /// </summary>
    [Range(0.0, 1.0)] public double LoraDropout { get; init; }

    /// <summary>
    /// Projections that get an update: their names in the model's family, or ends of paths such as <c>0.mlp.down_proj</c>.
    /// </summary>
    [MinLength(1)] public IReadOnlyList<string> TargetModules { get; init; } = AllLinear;

    /// <summary>A regular expression that takes the place of <see cref="TargetModules"/>: the whole path must match it.</summary>
    public string? TargetPattern { get; init; }

    /// <summary>Layers that get an update, from 0; null for all.</summary>
    public IReadOnlyList<int>? LayersToTransform { get; init; }

    /// <summary>
    /// Other ranks for some projections: regular expressions for the end of a path, of which the first that matches counts.
    /// </summary>
    public IReadOnlyDictionary<string, int> RankPattern { get; init; } = new Dictionary<string, int>();

    /// <summary>Other α for some projections, as <see cref="RankPattern"/>.</summary>
    public IReadOnlyDictionary<string, double> AlphaPattern { get; init; } = new Dictionary<string, double>();

    /// <summary>Whether the update is scaled by α/√r instead of α/r (rank-stabilised LoRA).</summary>
    public bool UseRslora { get; init; }

    /// <summary>What the update is multiplied by, where no pattern says otherwise.</summary>
    [JsonIgnore]
    public double Scaling => Scale(LoraAlpha, R);

    /// <summary>The rank of a projection's update; 0 where it gets none.</summary>
    /// <param name="path">The projection's path.</param>
    /// <exception cref="ArgumentException">A pattern is no regular expression.</exception>
    public int RankOf(string path) => Targets(path) ? ModulePattern.First(RankPattern, path, R) : 0;

    /// <summary>What a projection's update is multiplied by.</summary>
    /// <param name="path">The projection's path.</param>
    /// <exception cref="ArgumentException">A pattern is no regular expression.</exception>
    public double ScalingOf(string path) =>
        Scale(ModulePattern.First(AlphaPattern, path, LoraAlpha), ModulePattern.First(RankPattern, path, R));

    /// <summary>Requires patterns that are regular expressions, and values in them that are in range.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (TargetPattern is not null && ModulePattern.FaultOf(TargetPattern) is { } fault)
            yield return new ValidationResult(fault, [nameof(TargetPattern)]);
        if (RankPattern.Keys.Select(ModulePattern.FaultOf).FirstOrDefault(f => f is not null) is { } ofRanks)
            yield return new ValidationResult(ofRanks, [nameof(RankPattern)]);
        if (AlphaPattern.Keys.Select(ModulePattern.FaultOf).FirstOrDefault(f => f is not null) is { } ofAlphas)
            yield return new ValidationResult(ofAlphas, [nameof(AlphaPattern)]);
        if (RankPattern.Values.Any(rank => rank is < 1 or > MaxRank))
            yield return new ValidationResult($"A pattern's rank is not from 1 to {MaxRank}.", [nameof(RankPattern)]);
        if (AlphaPattern.Values.Any(alpha => !(alpha > 0 && double.IsFinite(alpha))))
            yield return new ValidationResult("A pattern's alpha is not above 0.", [nameof(AlphaPattern)]);
        if (LayersToTransform is not null && LayersToTransform.Any(layer => layer < 0))
            yield return new ValidationResult("Layers are counted from 0.", [nameof(LayersToTransform)]);
    }

    /// <summary>Equal settings, whatever lists hold them.</summary>
    public bool Equals(LoraConfig? other) => other is not null
        && (R, LoraAlpha, LoraDropout, UseRslora, TargetPattern)
            == (other.R, other.LoraAlpha, other.LoraDropout, other.UseRslora, other.TargetPattern)
        && TargetModules.SequenceEqual(other.TargetModules)
        && (LayersToTransform ?? []).SequenceEqual(other.LayersToTransform ?? [])
        && LayersToTransform is null == other.LayersToTransform is null
        && RankPattern.SequenceEqual(other.RankPattern)
        && AlphaPattern.SequenceEqual(other.AlphaPattern);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(R, LoraAlpha, LoraDropout, UseRslora, TargetPattern, TargetModules.Count);

    private bool Targets(string path)
    {
        if (LayersToTransform is not null && !LayersToTransform.Contains(ModulePattern.LayerOf(path))) return false;
        return TargetPattern is null
            ? TargetModules.Any(target => ModulePattern.EndsWith(path, target))
            : ModulePattern.IsWhole(path, TargetPattern);
    }

    private double Scale(double alpha, int rank) => UseRslora ? alpha / Math.Sqrt(rank) : alpha / rank;
}
