using Sgasa.Modeling.Architectures.Description;

namespace Sgasa.Modeling.Architectures;

/// <summary>
/// Llama 2 and 3 and what is built like them (transformers' <c>LlamaForCausalLM</c>): the plain form, from which the other families
/// are told apart. One key rules the biases of all four attention projections.
/// </summary>
internal static class Llama
{
    /// <summary>The description.</summary>
    public static Architecture Architecture { get; } = new()
    {
        ModelType = "llama",
        ClassName = "LlamaForCausalLM",
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
        Keys = [ConfigKey.AttentionBias],
    };
}
