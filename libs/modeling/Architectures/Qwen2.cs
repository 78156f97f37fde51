using Sgasa.Modeling.Architectures.Description;

namespace Sgasa.Modeling.Architectures;

/// <summary>
/// Qwen2, Qwen2.5 and their distillations (transformers' <c>Qwen2ForCausalLM</c>): biases on queries, keys and values are part of
/// the architecture, the output never has one, and no key says so.
/// </summary>
internal static class Qwen2
{
    /// <summary>The description.</summary>
    public static Architecture Architecture { get; } = new()
    {
        ModelType = "qwen2",
        ClassName = "Qwen2ForCausalLM",
        Layer =
        [
            Norm.OfHidden(Place.InputNorm, "input_layernorm"),
            new Projections(Place.QueryKeyValue, "self_attn", "q_proj", "k_proj", "v_proj") { HasBias = _ => true },
            new Projections(Place.AttentionOutput, "self_attn", "o_proj"),
            Norm.OfHidden(Place.FeedForwardNorm, "post_attention_layernorm"),
            new Projections(Place.GateUp, "mlp", "gate_proj", "up_proj"),
            new Projections(Place.Down, "mlp", "down_proj"),
        ],
    };
}
