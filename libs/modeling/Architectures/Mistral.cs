using Sgasa.Modeling.Architectures.Description;

namespace Sgasa.Modeling.Architectures;

/// <summary>
/// Mistral (transformers' <c>MistralForCausalLM</c>): the plain form without biases, whose layers all look back no further than a
/// sliding window.
/// </summary>
internal static class Mistral
{
    /// <summary>The description.</summary>
    public static Architecture Architecture { get; } = new()
    {
        ModelType = "mistral",
        ClassName = "MistralForCausalLM",
        Layer =
        [
            Norm.OfHidden(Place.InputNorm, "input_layernorm"),
            new Projections(Place.QueryKeyValue, "self_attn", "q_proj", "k_proj", "v_proj"),
            new Projections(Place.AttentionOutput, "self_attn", "o_proj"),
            Norm.OfHidden(Place.FeedForwardNorm, "post_attention_layernorm"),
            new Projections(Place.GateUp, "mlp", "gate_proj", "up_proj"),
            new Projections(Place.Down, "mlp", "down_proj"),
        ],
        Keys = [ConfigKey.SlidingWindow(otherwise: 4096)],
    };
}
