using Sgasa.Modeling.Architectures.Description;

namespace Sgasa.Modeling.Architectures;

/// <summary>
/// Phi-3 and Phi-4-mini (transformers' <c>Phi3ForCausalLM</c>): the checkpoint itself has queries, keys and values in one matrix,
/// and gate and up in another; a window, partial rotation and LongRoPE where the configuration says so.
/// </summary>
internal static class Phi3
{
    /// <summary>The description.</summary>
    public static Architecture Architecture { get; } = new()
    {
        ModelType = "phi3",
        ClassName = "Phi3ForCausalLM",
        Layer =
        [
            Norm.OfHidden(Place.InputNorm, "input_layernorm"),
            new Projections(Place.QueryKeyValue, "self_attn", "qkv_proj"),
            new Projections(Place.AttentionOutput, "self_attn", "o_proj"),
            Norm.OfHidden(Place.FeedForwardNorm, "post_attention_layernorm"),
            new Projections(Place.GateUp, "mlp", "gate_up_proj"),
            new Projections(Place.Down, "mlp", "down_proj"),
        ],
        Keys = [ConfigKey.OriginalContext, ConfigKey.PartialRotaryFactor, ConfigKey.SlidingWindow()],
        RopeTypes = ["longrope"],
        RmsNormEps = 1e-5,
    };
}
