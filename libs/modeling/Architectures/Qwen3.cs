using Sgasa.Modeling.Architectures.Description;

namespace Sgasa.Modeling.Architectures;

/// <summary>
/// Qwen3 (transformers' <c>Qwen3ForCausalLM</c>): every query head and every key head passes an RMSNorm of its own before it is
/// rotated.
/// </summary>
internal static class Qwen3
{
    /// <summary>The description.</summary>
    public static Architecture Architecture { get; } = new()
    {
        ModelType = "qwen3",
        ClassName = "Qwen3ForCausalLM",
        Layer =
        [
            Norm.OfHidden(Place.InputNorm, "input_layernorm"),
            new Projections(Place.QueryKeyValue, "self_attn", "q_proj", "k_proj", "v_proj")
            {
                HasBias = config => config.AttentionBias,
            },
            Norm.OfHead(Place.QueryNorm, "self_attn.q_norm"),
            Norm.OfHead(Place.KeyNorm, "self_attn.k_norm"),
            new Projections(Place.AttentionOutput, "self_attn", "o_proj") { HasBias = config => config.AttentionBias },
            Norm.OfHidden(Place.FeedForwardNorm, "post_attention_layernorm"),
            new Projections(Place.GateUp, "mlp", "gate_proj", "up_proj"),
            new Projections(Place.Down, "mlp", "down_proj"),
        ],
        Keys = [ConfigKey.AttentionBias],
    };
}
