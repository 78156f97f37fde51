namespace Sgasa.Modeling;

/// <summary>The tensors that a configuration asks for, by Hugging Face's names.</summary>
internal static class CheckpointLayout
{
    /// <summary>Every tensor with its shape, in the order of the forward pass.</summary>
    public static IEnumerable<(string Name, long[] Shape)> Tensors(ModelConfig config)
    {
        long hidden = config.HiddenSize, inner = config.IntermediateSize;
        long queries = (long)config.NumAttentionHeads * config.HeadDim, keys = (long)config.NumKeyValueHeads * config.HeadDim;
        (string Name, long Out, long In)[] attention =
            [("q_proj", queries, hidden), ("k_proj", keys, hidden), ("v_proj", keys, hidden), ("o_proj", hidden, queries)];
        yield return ("model.embed_tokens.weight", [config.VocabSize, hidden]);
        for (var i = 0; i < config.NumHiddenLayers; i++)
        {
            var layer = $"model.layers.{i}.";
            yield return (layer + "input_layernorm.weight", [hidden]);
            foreach (var (name, rows, columns) in attention)
            {
                yield return ($"{layer}self_attn.{name}.weight", [rows, columns]);
                // Qwen2's output projection never has a bias.
                if (config.AttentionBias && (name != "o_proj" || config.ModelType != "qwen2"))
                    yield return ($"{layer}self_attn.{name}.bias", [rows]);
            }
            if (config.QkNorm)
            {
                yield return (layer + "self_attn.q_norm.weight", [config.HeadDim]);
                yield return (layer + "self_attn.k_norm.weight", [config.HeadDim]);
            }
            yield return (layer + "post_attention_layernorm.weight", [hidden]);
            yield return (layer + "mlp.gate_proj.weight", [inner, hidden]);
            yield return (layer + "mlp.up_proj.weight", [inner, hidden]);
            yield return (layer + "mlp.down_proj.weight", [hidden, inner]);
        }
        yield return ("model.norm.weight", [hidden]);
        if (!config.TieWordEmbeddings) yield return ("lm_head.weight", [config.VocabSize, hidden]);
    }
}
