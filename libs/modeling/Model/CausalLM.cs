using Sgasa.Modeling.Architectures;
using Sgasa.Modeling.Model;
using Sgasa.Modeling.Numerics;
using Sgasa.Modeling.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling;

/// <summary>
/// A decoder-only language model of one of the <see cref="ModelFamilies"/>: embedding, layers, norm, output head. A layer is
/// <c>DecoderLayer</c>, its arithmetic <c>DecoderScript</c>.
/// </summary>
/// <remarks>Not thread-safe: one thread owns the model. Tensors it returns belong to the caller's dispose scope.</remarks>
public sealed class CausalLM : IDisposable
{
    private readonly ModelWeights _weights;
    private readonly RotaryEmbedding _rotary;
    private readonly Scalar _eps;

    private CausalLM(ModelConfig config, Device? device, ScalarType? dtype)
    {
        Check(config);
        TorchRuntime.EnsureLoaded();
        Config = config;
        Device = device ?? CPU;
        Dtype = dtype ?? Placement.DefaultDtype(Device);
        ComputeType = Device.type == DeviceType.CPU ? ScalarType.Float32 : Dtype;
        _weights = new ModelWeights(config, Device, Dtype);
        _rotary = new RotaryEmbedding(config, Device);
        _eps = config.RmsNormEps;
    }

    /// <summary>The architecture.</summary>
    public ModelConfig Config { get; }

    /// <summary>Where the weights lie.</summary>
    public Device Device { get; }

    /// <summary>The weights' type.</summary>
    public ScalarType Dtype { get; }

    /// <summary>
    /// The type of activations, keys and values: the weights' own, but always float32 on the CPU, where narrower products are
    /// slow. Norms, softmax, logits and losses are float32 everywhere.
    /// </summary>
    public ScalarType ComputeType { get; internal set; }

    /// <summary>
    /// Every weight under Hugging Face's name, such as <c>model.layers.0.self_attn.q_proj.weight</c>, in checkpoint order;
    /// they share memory with <see cref="Parameters"/>. There is no <c>lm_head.weight</c> where embeddings are tied.
    /// </summary>
    public IReadOnlyDictionary<string, Tensor> NamedParameters => _weights.Named;

    /// <summary>
    /// The same weights as leaves that training uses; frozen until <see cref="FlatParameters.RequireGradients"/> is called.
    /// Projections that read the same input are fused (<c>qkv_proj</c>, <c>gate_up_proj</c>).
    /// </summary>
    public FlatParameters Parameters => _weights.Flat;

    internal IReadOnlyList<DecoderLayer> Layers => _weights.Layers;

    internal Tensor Embedding => _weights.Embedding;

    internal Tensor FinalNorm => _weights.FinalNorm;

    internal Tensor Head => _weights.Head;

    /// <summary>A new model: matrices from a normal distribution, norms one, biases zero.</summary>
    /// <param name="config">The architecture.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="std">Standard deviation of the matrices.</param>
    /// <param name="device">Where it lies; null is the CPU.</param>
    /// <param name="dtype">The weights' type; null is float32 on the CPU and bfloat16 elsewhere.</param>
    public static CausalLM Create(
        ModelConfig config, ulong seed, double std = 0.02, Device? device = null, ScalarType? dtype = null)
    {
        var model = new CausalLM(config, device, dtype);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var random = new Generator(seed, CPU);
        foreach (var (name, weight) in model.NamedParameters)
        {
            if (weight.dim() > 1) weight.copy_(randn(weight.shape, generator: random) * std);
            else if (name.EndsWith("norm.weight", StringComparison.Ordinal)) weight.fill_(1);
        }
        return model;
    }

    /// <summary>The model of a Hugging Face folder.</summary>
    /// <param name="folder">The folder: <c>config.json</c> and <c>*.safetensors</c>.</param>
    /// <param name="device"><c>auto</c> (CUDA where there is any), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <param name="dtype">
    /// The weights' type: <c>auto</c> (float32 on the CPU, bfloat16 on CUDA), <c>float32</c> or <c>bfloat16</c>.
    /// </param>
    /// <exception cref="PlacementException">There is no such device here, or no such type.</exception>
    /// <exception cref="ModelFormatException">Something of the folder is missing, damaged or not supported.</exception>
    public static CausalLM FromPretrained(string folder, string device = "auto", string dtype = "auto")
    {
        var placement = Placement.Parse(device, dtype);
        var config = ModelConfigReader.Read(folder);
        using var weights = SafetensorsFolder.Open(folder);
        return Load(config, weights, placement.Device, placement.Dtype);
    }

    /// <summary>
    /// A model with stored weights, read one by one into their place: at its peak it needs little more memory than the weights.
    /// </summary>
    /// <param name="config">The architecture.</param>
    /// <param name="source">Weights under the names of <see cref="NamedParameters"/>.</param>
    /// <param name="device">Where it lies; null is the CPU.</param>
    /// <param name="dtype">The weights' type; null is float32 on the CPU and bfloat16 elsewhere.</param>
    /// <exception cref="ModelFormatException">
    /// A weight is missing, superfluous or of another shape; the message names it.
    /// </exception>
    public static CausalLM Load(
        ModelConfig config, IWeightSource source, Device? device = null, ScalarType? dtype = null)
    {
        var model = new CausalLM(config, device, dtype);
        try
        {
            WeightLoader.Fill(
                model.NamedParameters, source, "the model", name => CheckpointLayout.MayBeSuperfluous(config, name));
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Logits of the next token at every position.</summary>
    /// <param name="inputIds">Token ids, int64 <c>[B, T]</c>.</param>
    /// <param name="positionIds">
    /// Positions, int64 <c>[B, T]</c>, each below T plus the cache's length; null counts from the cache's length.
    /// </param>
    /// <param name="attentionMask">
    /// 1 for tokens and 0 for padding, <c>[B, cache length + T]</c>; null where there is no padding or only padding on the
    /// right, which later tokens alone could see.
    /// </param>
    /// <param name="cache">Keys and values of earlier tokens; it is extended by these.</param>
    /// <param name="adapter">The adapter to apply; null is the model itself.</param>
    /// <returns>Float32 <c>[B, T, V]</c>.</returns>
    public Tensor Forward(
        Tensor inputIds, Tensor? positionIds = null, Tensor? attentionMask = null, KvCache? cache = null,
        LoraAdapter? adapter = null)
    {
        using var hidden = Hidden(inputIds, positionIds, attentionMask, cache, adapter);
        return Logits(hidden);
    }

    /// <summary>
    /// The normalised hidden states that <see cref="Logits"/> takes, <c>[B, T, H]</c>; parameters as for <see cref="Forward"/>.
    /// </summary>
    public Tensor Hidden(
        Tensor inputIds, Tensor? positionIds = null, Tensor? attentionMask = null, KvCache? cache = null,
        LoraAdapter? adapter = null)
    {
        using var scope = NewDisposeScope();
        var (tokens, past) = ((int)inputIds.shape[1], cache?.Length ?? 0);
        if (cache is not null && past + tokens > cache.Capacity)
        {
            throw new ArgumentException($"{past} + {tokens} tokens do not fit a cache of {cache.Capacity}.", nameof(cache));
        }
        RequireFit(adapter);

        var (cos, sin) = positionIds is null ? _rotary.Range(past, tokens) : _rotary.At(positionIds, past + tokens);
        var hidden = Decoded(inputIds, new LayerContext
        {
            Cos = cos,
            Sin = sin,
            Mask = AttentionMask.Of(attentionMask, past, tokens, null, Device),
            WindowMask = WindowMask(attentionMask, past, tokens),
            Cache = cache,
            Past = past,
            Adapter = adapter,
        });
        if (cache is not null) cache.Length += tokens;
        return hidden.MoveToOuterDisposeScope();
    }

    /// <summary>The output head: hidden states <c>[..., H]</c> to logits <c>[..., V]</c>.</summary>
    public Tensor Logits(Tensor hidden) => HeadScript.Logits(hidden, _weights.Head);

    /// <summary>
    /// How probable given next tokens are, without the logits of all places ever being in memory together. The gradient
    /// reaches the hidden states; where the head itself is trained, the logits are kept for it.
    /// </summary>
    /// <param name="hidden">Hidden states of N places, as <see cref="Hidden"/> gives them, <c>[N, H]</c>.</param>
    /// <param name="labels">The token that follows each place, int64 <c>[N]</c>.</param>
    public TokenScores Score(Tensor hidden, Tensor labels) => HeadScript.Score(hidden, _weights.Head, labels);

    /// <summary>
    /// One token for every row of a cache, each row at its own place. All shapes are those of the cache, so a row's
    /// result depends on that row alone.
    /// </summary>
    /// <param name="inputIds">int64 <c>[B, 1]</c>.</param>
    /// <param name="positionIds">Position of each token, which is also its column in the cache, int64 <c>[B, 1]</c>.</param>
    /// <param name="cacheRows">
    /// Row of each key in the cache's <c>[B · kv heads · capacity, head_dim]</c> view, int64 <c>[B · kv heads]</c>.
    /// </param>
    /// <param name="mask">0 for columns a row sees, -inf for the others, <c>[B · kv heads, 1, capacity]</c>.</param>
    /// <param name="cache">Keys and values.</param>
    /// <param name="adapter">The adapter to apply.</param>
    /// <returns>Logits <c>[B, V]</c>.</returns>
    internal Tensor Decode(
        Tensor inputIds, Tensor positionIds, Tensor cacheRows, Tensor mask, KvCache cache, LoraAdapter? adapter)
    {
        using var scope = NewDisposeScope();
        var (cos, sin) = _rotary.At(positionIds, cache.Capacity);
        var context = new LayerContext
        {
            Cos = cos,
            Sin = sin,
            Mask = mask,
            WindowMask = Config.SlidingWindow is { } window ? AttentionMask.InSlots(mask, positionIds, window) : null,
            Cache = cache,
            CacheRows = cacheRows,
            Adapter = adapter,
        };
        return Logits(Decoded(inputIds, context).squeeze(1)).MoveToOuterDisposeScope();
    }

    private Tensor Decoded(Tensor inputIds, LayerContext context)
    {
        var x = Embed(inputIds);
        for (var i = 0; i < _weights.Layers.Count; i++)
        {
            using var input = x; // autograd keeps what it needs; without it a long sequence would pile up here
            x = Layer(i, input, context);
        }
        using var last = x;
        return Normalise(last);
    }

    /// <summary>The first layer's input, <c>[B, T, H]</c>.</summary>
    internal Tensor Embed(Tensor inputIds) => DecoderScript.Embed(_weights.Embedding, inputIds, ComputeType);

    /// <summary>One decoder layer, <c>[B, T, H]</c> to <c>[B, T, H]</c>.</summary>
    internal Tensor Layer(int index, Tensor x, LayerContext context) => DecoderScript.Layer(x, _weights.Layers[index], context);

    /// <summary>The norm after the last layer.</summary>
    internal Tensor Normalise(Tensor x) => DecoderScript.Norm(x, _weights.FinalNorm, _eps);

    /// <summary>What a forward pass without a cache gives its layers; the tensors belong to the caller's dispose scope.</summary>
    internal LayerContext ContextOf(Tensor inputIds, LoraAdapter? adapter)
    {
        RequireFit(adapter);
        var (cos, sin) = _rotary.Range(0, inputIds.shape[1]);
        return new LayerContext { Cos = cos, Sin = sin, WindowMask = WindowMask(null, 0, inputIds.shape[1]), Adapter = adapter };
    }

    private void RequireFit(LoraAdapter? adapter)
    {
        if (adapter is null || adapter.Fits(Config)) return;
        throw new ArgumentException("The adapter was made for a model of another shape.", nameof(adapter));
    }

    private Tensor? WindowMask(Tensor? attentionMask, long past, long tokens) => Config.SlidingWindow is { } window
        ? AttentionMask.Of(attentionMask, past, tokens, window, Device)
        : null;

    /// <summary>A copy of the model with an adapter's update added to its weights, <c>W + (α/r) B A</c>.</summary>
    /// <param name="adapter">The adapter; it stays as it is.</param>
    public CausalLM Merge(LoraAdapter adapter)
    {
        RequireFit(adapter);
        var merged = new CausalLM(Config, Device, Dtype) { ComputeType = ComputeType };
        using var noGrad = no_grad();
        merged.Parameters.Values.copy_(Parameters.Values);
        foreach (var (name, weight) in merged.NamedParameters) adapter.AddTo(name, weight);
        return merged;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rotary.Dispose();
        _eps.Dispose();
        _weights.Dispose();
    }

    private static void Check(ModelConfig config)
    {
        _ = ModelFamilies.Of(config);
        if (config.RotaryLayers is { } layers && layers.Count != config.NumHiddenLayers)
        {
            throw new ArgumentException(
                $"{layers.Count} layers are said to rotate or not, but there are {config.NumHiddenLayers}.", nameof(config));
        }
        if (config.NumAttentionHeads % config.NumKeyValueHeads != 0 || config.RotaryDim < 2 || config.RotaryDim % 2 != 0)
        {
            throw new ArgumentException($"{config.NumAttentionHeads} query heads of width {config.HeadDim} do not go with "
                + $"{config.NumKeyValueHeads} key/value heads.", nameof(config));
        }
    }
}
