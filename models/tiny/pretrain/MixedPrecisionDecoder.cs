using Sgasa.Modeling;
using Sgasa.Modeling.Model;
using Sgasa.Modeling.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sgasa.TinyModel;

/// <summary>
/// The Qwen2 forward pass for pre-training: float32 master weights, products in bfloat16 where the processor multiplies
/// that fast (AVX512-BF16, AMX), else in float32. Parameters carry their Hugging Face names.
/// </summary>
internal sealed class MixedPrecisionDecoder : IDisposable
{
    // One compiled call per layer: eager dispatch would cost as much as the arithmetic at this width.
    private const string LayerSource = """
        def rotate(x, cos, sin):
            half = x.size(-1) // 2
            return x * cos + torch.cat([-x[..., half:], x[..., :half]], dim=-1) * sin

        def layer(x, cos, sin, w: List[Tensor], heads: int, groups: int, width: int, eps: float):
            b, t, h = x.size(0), x.size(1), x.size(2)
            y = torch.rms_norm(x, [h], w[0], eps)
            q = torch.linear(y, w[1], w[2]).view(b, t, heads, width).transpose(1, 2)
            k = torch.linear(y, w[3], w[4]).view(b, t, groups, width).transpose(1, 2)
            v = torch.linear(y, w[5], w[6]).view(b, t, groups, width).transpose(1, 2)
            a = torch.scaled_dot_product_attention(rotate(q, cos, sin), rotate(k, cos, sin), v,
                                                   None, 0.0, True, scale=None, enable_gqa=True)
            x = x + torch.linear(a.transpose(1, 2).reshape(b, t, heads * width), w[7])
            y = torch.rms_norm(x, [h], w[8], eps)
            return x + torch.linear(torch.silu(torch.linear(y, w[9])) * torch.linear(y, w[10]), w[11])
        """;

    private static readonly TorchScript Layer = new(LayerSource);

    private static readonly string[] LayerWeights =
    [
        "input_layernorm.weight",
        "self_attn.q_proj.weight", "self_attn.q_proj.bias",
        "self_attn.k_proj.weight", "self_attn.k_proj.bias",
        "self_attn.v_proj.weight", "self_attn.v_proj.bias",
        "self_attn.o_proj.weight",
        "post_attention_layernorm.weight",
        "mlp.gate_proj.weight", "mlp.up_proj.weight", "mlp.down_proj.weight",
    ];

    private readonly ModelConfig _config;
    private readonly ScalarType _compute;
    private readonly Dictionary<string, Parameter> _parameters = [];

    public MixedPrecisionDecoder(ModelConfig config, ScalarType compute, long seed)
    {
        (_config, _compute) = (config, compute);
        using var generator = new Generator((ulong)seed);
        var (hidden, inner, kv) = (config.HiddenSize, config.IntermediateSize, config.NumKeyValueHeads * config.HeadDim);
        // GPT-2's rule: what writes to the residual stream starts smaller, the deeper the model.
        var residual = 0.02 / Math.Sqrt(2.0 * config.NumHiddenLayers);

        Add("model.embed_tokens.weight", randn(config.VocabSize, hidden, generator: generator) * 0.02);
        for (var i = 0; i < config.NumHiddenLayers; i++)
        {
            Tensor[] values =
            [
                ones(hidden),
                randn(hidden, hidden, generator: generator) * 0.02, zeros(hidden),
                randn(kv, hidden, generator: generator) * 0.02, zeros(kv),
                randn(kv, hidden, generator: generator) * 0.02, zeros(kv),
                randn(hidden, hidden, generator: generator) * residual,
                ones(hidden),
                randn(inner, hidden, generator: generator) * 0.02, randn(inner, hidden, generator: generator) * 0.02,
                randn(hidden, inner, generator: generator) * residual,
            ];
            for (var k = 0; k < values.Length; k++) Add($"model.layers.{i}.{LayerWeights[k]}", values[k]);
        }
        Add("model.norm.weight", ones(hidden));

        void Add(string name, Tensor value) => _parameters.Add(name, new Parameter(value));
    }

    /// <summary>All parameters, float32, by their Hugging Face names.</summary>
    public IReadOnlyDictionary<string, Parameter> Parameters => _parameters;

    /// <summary>Takes over stored weights.</summary>
    public void Load(IWeightSource source)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, parameter) in _parameters) parameter.copy_(source.Read(name));
    }

    /// <summary>Weighted mean of the next-token cross-entropy. Runs inside the caller's dispose scope.</summary>
    /// <param name="ids">[B, T] token ids, right-padded.</param>
    /// <param name="weights">[B, T - 1] weight of predicting the token at t + 1 from t; 0 for padding.</param>
    public Tensor Loss(Tensor ids, Tensor weights)
    {
        var length = ids.shape[1] - 1;
        var embedding = _parameters["model.embed_tokens.weight"];
        var x = embedding.index_select(0, ids[.., ..(int)length].flatten())
            .view(ids.shape[0], length, _config.HiddenSize).to(_compute);
        var (cos, sin) = Rotation(length);
        for (var i = 0; i < _config.NumHiddenLayers; i++)
        {
            var layer = i;
            var w = LayerWeights.Select(n => _parameters[$"model.layers.{layer}.{n}"].to(_compute)).ToArray();
            x = Layer.Call("layer", x, cos, sin, w, _config.NumAttentionHeads, _config.NumKeyValueHeads,
                _config.HeadDim, _config.RmsNormEps);
        }
        var kept = weights.flatten().nonzero().squeeze(1);
        x = x.flatten(0, 1).index_select(0, kept).to(float32);
        x = x * (x.square().mean([-1], keepdim: true) + _config.RmsNormEps).rsqrt() * _parameters["model.norm.weight"];
        var logits = nn.functional.linear(x.to(_compute), embedding.to(_compute)).to(float32);
        var loss = nn.functional.cross_entropy(logits, ids[.., 1..].flatten().index_select(0, kept),
            reduction: nn.Reduction.None);
        var weight = weights.flatten().index_select(0, kept);
        return (loss * weight).sum() / weight.sum();
    }

    public void Dispose()
    {
        foreach (var parameter in _parameters.Values) parameter.Dispose();
    }

    private (Tensor Cos, Tensor Sin) Rotation(long length)
    {
        var inverse = pow(_config.RopeTheta, -arange(0, _config.HeadDim, 2, dtype: float32) / _config.HeadDim);
        var angles = outer(arange(length, dtype: float32), inverse);
        angles = cat([angles, angles], dim: -1);
        return (angles.cos().to(_compute), angles.sin().to(_compute));
    }
}
