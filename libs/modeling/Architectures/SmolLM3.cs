using Sgasa.Modeling.Architectures.Description;

namespace Sgasa.Modeling.Architectures;

/// <summary>
/// SmolLM3 (transformers' <c>SmolLM3ForCausalLM</c>): the plain form, of which some layers do not rotate their queries and keys.
/// </summary>
internal static class SmolLM3
{
    /// <summary>The description.</summary>
    public static Architecture Architecture { get; } = new()
    {
        ModelType = "smollm3",
        ClassName = "SmolLM3ForCausalLM",
        Layer =
        [
            Norm.OfHidden(Place.InputNorm, "input_layernorm"),
            new Projections(Place.QueryKeyValue, "self_attn", "q_proj", "k_proj", "v_proj")
            {
                HasBias = config => config.AttentionBias,
            },
            new Projections(Place.AttentionOutput, "self_attn", "o_proj") { HasBias = config => config.AttentionBias },
            Norm.OfHidden(Place.FeedForwardNorm, "post_attention_layernorm"),
            new Projections(Place.GateUp, "mlp", "gate_proj", "up_proj"),
            new Projections(Place.Down, "mlp", "down_proj"),
        ],
        Keys = [ConfigKey.AttentionBias, ConfigKey.NoRopeLayers("no_rope_layer_interval", interval: 4)],
        RopeTheta = 2_000_000,
        TieWordEmbeddings = true,
    };
}
