using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Model;

/// <summary>
/// A model's weights: fused leaf tensors that the arithmetic uses, and views of them under Hugging Face's names.
/// </summary>
internal sealed class ModelWeights : IDisposable
{
    private readonly Dictionary<string, Tensor> _named = [];

    /// <summary>Allocates zeros.</summary>
    public ModelWeights(ModelConfig config, Device device, ScalarType dtype)
    {
        var (h, d, inner) = (config.HiddenSize, config.HeadDim, config.IntermediateSize);
        var (q, kv) = (config.NumAttentionHeads * d, config.NumKeyValueHeads * d);
        List<(ParameterSlot Slot, (string Name, long Rows)[] Parts)> layout = [];
        void Add(string name, long[] shape, params (string Name, long Rows)[] parts) =>
            layout.Add((new ParameterSlot(name, shape, shape.Length > 1), parts.Length > 0 ? parts : [(name, shape[0])]));

        Add("model.embed_tokens.weight", [config.VocabSize, h]);
        for (var i = 0; i < config.NumHiddenLayers; i++)
        {
            var layer = $"model.layers.{i}.";
            var attention = layer + "self_attn.";
            (string, long)[] Qkv(string kind) =>
                [(attention + "q_proj." + kind, q), (attention + "k_proj." + kind, kv), (attention + "v_proj." + kind, kv)];
            Add(layer + "input_layernorm.weight", [h]);
            Add(attention + "qkv_proj.weight", [q + 2 * kv, h], Qkv("weight"));
            if (config.AttentionBias) Add(attention + "qkv_proj.bias", [q + 2 * kv], Qkv("bias"));
            if (config.QkNorm)
            {
                Add(attention + "q_norm.weight", [d]);
                Add(attention + "k_norm.weight", [d]);
            }
            Add(attention + "o_proj.weight", [h, q]);
            if (HasOutputBias(config)) Add(attention + "o_proj.bias", [h]);
            Add(layer + "post_attention_layernorm.weight", [h]);
            Add(layer + "mlp.gate_up_proj.weight", [2 * inner, h],
                (layer + "mlp.gate_proj.weight", inner), (layer + "mlp.up_proj.weight", inner));
            Add(layer + "mlp.down_proj.weight", [h, inner]);
        }
        Add("model.norm.weight", [h]);
        if (!config.TieWordEmbeddings) Add("lm_head.weight", [config.VocabSize, h]);

        Flat = new FlatParameters([.. layout.Select(entry => entry.Slot)], device, dtype);
        foreach (var (slot, parts) in layout)
        {
            var row = 0L;
            foreach (var (name, rows) in parts)
            {
                _named.Add(name, Flat[slot.Name].narrow(0, row, rows).detach().DetachFromDisposeScope());
                row += rows;
            }
        }

        Embedding = Flat["model.embed_tokens.weight"];
        FinalNorm = Flat["model.norm.weight"];
        Head = config.TieWordEmbeddings ? Embedding : Flat["lm_head.weight"];
        Layers = [.. Enumerable.Range(0, config.NumHiddenLayers).Select(i => new LayerWeights(Flat, i, config))];
    }

    /// <summary>The fused leaves, for training all weights.</summary>
    public FlatParameters Flat { get; }

    /// <summary>Every weight under its checkpoint name, sharing memory with the leaves.</summary>
    public IReadOnlyDictionary<string, Tensor> Named => _named;

    public Tensor Embedding { get; }

    public Tensor FinalNorm { get; }

    public Tensor Head { get; }

    public IReadOnlyList<LayerWeights> Layers { get; }

    /// <summary>Qwen2's output projection never has a bias; in the other architectures one setting rules all four.</summary>
    private static bool HasOutputBias(ModelConfig config) => config.AttentionBias && config.ModelType != "qwen2";

    public void Dispose()
    {
        foreach (var view in _named.Values) view.Dispose();
        Flat.Dispose();
    }
}

/// <summary>One decoder layer's fused weights.</summary>
internal sealed class LayerWeights
{
    private readonly Tensor? _qNorm;
    private readonly Tensor? _kNorm;
    private readonly int _heads;
    private readonly int _kvHeads;

    public LayerWeights(FlatParameters flat, int index, ModelConfig config)
    {
        var layer = $"model.layers.{index}.";
        Tensor? Optional(string name) => flat.Slots.Any(slot => slot.Name == layer + name) ? flat[layer + name] : null;
        InputNorm = flat[layer + "input_layernorm.weight"];
        Qkv = flat[layer + "self_attn.qkv_proj.weight"];
        QkvBias = Optional("self_attn.qkv_proj.bias");
        _qNorm = Optional("self_attn.q_norm.weight");
        _kNorm = Optional("self_attn.k_norm.weight");
        Output = flat[layer + "self_attn.o_proj.weight"];
        OutputBias = Optional("self_attn.o_proj.bias");
        PostNorm = flat[layer + "post_attention_layernorm.weight"];
        GateUp = flat[layer + "mlp.gate_up_proj.weight"];
        Down = flat[layer + "mlp.down_proj.weight"];
        (_heads, _kvHeads) = (config.NumAttentionHeads, config.NumKeyValueHeads);
    }

    public Tensor InputNorm { get; }

    public Tensor Qkv { get; }

    public Tensor? QkvBias { get; }

    public Tensor Output { get; }

    public Tensor? OutputBias { get; }

    public Tensor PostNorm { get; }

    public Tensor GateUp { get; }

    public Tensor Down { get; }

    /// <summary>Norm weights of all query and key heads, <c>[heads + kv heads, head_dim]</c>; null without such norms.</summary>
    public Tensor? QkNorm() => _qNorm is null || _kNorm is null
        ? null
        : cat([_qNorm.unsqueeze(0).expand(_heads, -1), _kNorm.unsqueeze(0).expand(_kvHeads, -1)], 0);
}
