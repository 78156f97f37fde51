using System.ComponentModel.DataAnnotations;
using Sgasa.Modeling.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Lora;

/// <summary>
/// The trainable matrices of a low-rank adapter, float32: <c>A [r, in]</c> and <c>B [out, r]</c> per target projection.
/// It is given to a forward pass; the model itself is not changed, so one model serves any number of adapters.
/// </summary>
public sealed class LoraAdapter : IDisposable
{
    private readonly Dictionary<string, Tensor> _named = [];
    private readonly Tensor[][] _layers;
    private readonly Tensor?[][] _ratios; // of each projection's scaling to Scale, for the As in _layers; null for 1

    private LoraAdapter(ModelConfig model, LoraConfig lora, Device? device)
    {
        Validator.ValidateObject(lora, new ValidationContext(lora), validateAllProperties: true);
        ModelConfig = model;
        Config = lora;
        CheckTargets(model, lora);
        Scale = lora.Scaling;

        List<ParameterSlot> slots = [];
        List<(string Name, string Slot, long Row, long Rows)> parts = [];
        for (var layer = 0; layer < model.NumHiddenLayers; layer++)
        {
            foreach (var block in Blocks(model, layer))
            {
                // One A for all projections that read the same input: [sum of ranks, in]. An untargeted one has rank 0.
                var ranks = block.Projections.Select(p => (long)lora.RankOf(block.PathOf(p.Name))).ToArray();
                slots.Add(new ParameterSlot(block.Path + ".lora_A", [ranks.Sum(), block.Inputs]));
                for (var (i, row) = (0, 0L); i < ranks.Length; row += ranks[i++])
                {
                    var (name, outputs) = block.Projections[i];
                    var module = block.PathOf(name);
                    slots.Add(new ParameterSlot(module + ".lora_B", [outputs, ranks[i]]));
                    if (ranks[i] == 0) continue;
                    parts.Add((module + ".lora_A.weight", block.Path + ".lora_A", row, ranks[i]));
                    parts.Add((module + ".lora_B.weight", module + ".lora_B", 0, outputs));
                }
            }
        }

        Parameters = new FlatParameters(slots, device);
        foreach (var (name, slot, row, rows) in parts)
        {
            _named.Add(name, Parameters[slot].narrow(0, row, rows).detach().DetachFromDisposeScope());
        }
        _layers = [.. Enumerable.Range(0, model.NumHiddenLayers).Select(Matrices)];
        _ratios = [.. Enumerable.Range(0, model.NumHiddenLayers).Select(layer => Ratios(layer, Parameters.Values.device))];
    }

    /// <summary>The shape of the model it belongs to.</summary>
    public ModelConfig ModelConfig { get; }

    /// <summary>Rank, scaling and targets.</summary>
    public LoraConfig Config { get; }

    /// <summary>The leaves in one buffer, for the optimizer.</summary>
    public FlatParameters Parameters { get; }

    /// <summary>Grows whenever training changes the matrices, so that what was derived from them is not used on.</summary>
    public int Revision { get; internal set; }

    /// <summary>
    /// Every matrix by its checkpoint name, such as <c>model.layers.0.self_attn.q_proj.lora_A.weight</c> (PEFT puts
    /// <c>base_model.model.</c> before it), in the order of the forward pass; they share memory with <see cref="Parameters"/>.
    /// </summary>
    public IReadOnlyDictionary<string, Tensor> NamedParameters => _named;

    /// <summary>Gradients under the names of <see cref="NamedParameters"/>; only while training. Dispose of each.</summary>
    /// <exception cref="InvalidOperationException">The adapter is not being trained.</exception>
    public Tensor GradientOf(string name)
    {
        var gradients = Parameters.Gradients
            ?? throw new InvalidOperationException("The adapter has no gradients: it is not being trained.");
        var weight = _named[name];
        return gradients.narrow(0, weight.storage_offset(), weight.numel()).view(weight.shape);
    }

    /// <summary>A fresh adapter that changes nothing yet: A from Kaiming's uniform distribution, B zero.</summary>
    /// <param name="model">The model it is for.</param>
    /// <param name="lora">Rank, scaling and targets.</param>
    /// <param name="seed">The same seed gives the same adapter.</param>
    /// <param name="device">Where it lies; null is the CPU.</param>
    public static LoraAdapter Create(ModelConfig model, LoraConfig lora, ulong seed, Device? device = null)
    {
        if (lora.Dropout != 0)
            throw new ArgumentException("Dropout on the adapter is not supported: set it to 0.", nameof(lora));
        var adapter = new LoraAdapter(model, lora, device);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var random = new Generator(seed, CPU);
        foreach (var (_, weight) in adapter._named.Where(entry => entry.Key.EndsWith("lora_A.weight", StringComparison.Ordinal)))
        {
            // kaiming_uniform_ with a = √5, as PEFT and torch's Linear draw it: uniform within ±1/√in.
            var bound = 1 / Math.Sqrt(weight.shape[1]);
            weight.copy_((rand(weight.shape, generator: random) * 2 - 1) * bound);
        }
        return adapter;
    }

    /// <summary>An adapter filled with stored matrices.</summary>
    /// <param name="model">The model it is for.</param>
    /// <param name="lora">Rank, scaling and targets.</param>
    /// <param name="source">Matrices under the names of <see cref="NamedParameters"/>.</param>
    /// <param name="device">Where it lies; null is the CPU.</param>
    /// <exception cref="ModelFormatException">
    /// A matrix is missing, superfluous or of another shape; the message names it.
    /// </exception>
    public static LoraAdapter Load(ModelConfig model, LoraConfig lora, IWeightSource source, Device? device = null)
    {
        var adapter = new LoraAdapter(model, lora, device);
        try
        {
            WeightLoader.Fill(adapter._named, source, "the adapter");
            return adapter;
        }
        catch
        {
            adapter.Dispose();
            throw;
        }
    }

    /// <summary>Adds the update, <c>(α/r) B A</c>, to a weight, if it is one of a target projection.</summary>
    /// <param name="name">The weight's name, such as <c>model.layers.0.self_attn.q_proj.weight</c>.</param>
    /// <param name="weight">The weight, <c>[out, in]</c>, on the adapter's device; changed in place.</param>
    internal void AddTo(string name, Tensor weight)
    {
        if (!name.EndsWith(".weight", StringComparison.Ordinal)) return;
        var module = name[..^".weight".Length];
        if (!_named.TryGetValue(module + ".lora_A.weight", out var a)) return;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        weight.add_(_named[module + ".lora_B.weight"].matmul(a) * Config.ScalingOf(module));
    }

    /// <summary>A copy of its own, for training on from here.</summary>
    public LoraAdapter Clone()
    {
        var copy = new LoraAdapter(ModelConfig, Config, Parameters.Values.device);
        using var noGrad = no_grad();
        copy.Parameters.Values.copy_(Parameters.Values);
        return copy;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var view in _named.Values) view.Dispose();
        foreach (var ratio in _ratios.SelectMany(ratios => ratios)) ratio?.Dispose();
        Scale.Dispose();
        Parameters.Dispose();
    }

    /// <summary>Whether the adapter's matrices have the shapes that a model asks for.</summary>
    public bool Fits(ModelConfig model) =>
        (model.NumHiddenLayers, model.HiddenSize, model.IntermediateSize,
            model.NumAttentionHeads, model.NumKeyValueHeads, model.HeadDim)
        == (ModelConfig.NumHiddenLayers, ModelConfig.HiddenSize, ModelConfig.IntermediateSize,
            ModelConfig.NumAttentionHeads, ModelConfig.NumKeyValueHeads, ModelConfig.HeadDim);

    /// <summary><see cref="LoraConfig.Scaling"/> as the decoder's functions take it.</summary>
    internal Scalar Scale { get; }

    /// <summary>One layer's matrices in the order that the decoder's functions take them.</summary>
    internal Tensor[] LayerMatrices(int layer)
    {
        var (matrices, ratios) = (_layers[layer], _ratios[layer]);
        return Array.TrueForAll(ratios, ratio => ratio is null)
            ? matrices
            : [.. matrices.Zip(ratios, (matrix, ratio) => ratio is null ? matrix : matrix * ratio)];
    }

    private Tensor[] Matrices(int layer) =>
    [
        .. Blocks(ModelConfig, layer).SelectMany(block => block.Projections
            .Select(p => Parameters[block.PathOf(p.Name) + ".lora_B"])
            .Prepend(Parameters[block.Path + ".lora_A"])),
    ];

    /// <summary>A factor per row of each A, <c>[sum of ranks, 1]</c>, where a projection is scaled unlike the others.</summary>
    private Tensor?[] Ratios(int layer, Device device) =>
    [
        .. Blocks(ModelConfig, layer).SelectMany(block =>
        {
            float[] rows =
            [
                .. block.Projections.SelectMany(p => Enumerable.Repeat(
                    (float)(Config.ScalingOf(block.PathOf(p.Name)) / Config.Scaling), Config.RankOf(block.PathOf(p.Name)))),
            ];
            var ratio = Array.TrueForAll(rows, row => row == 1) ? null : tensor(rows, [rows.Length, 1], device: device);
            return Enumerable.Repeat<Tensor?>(null, block.Projections.Length).Prepend(ratio?.DetachFromDisposeScope());
        }),
    ];

    /// <summary>Refuses a configuration that does not go with a model.</summary>
    /// <exception cref="ArgumentException">
    /// A name is no projection's, a pattern's value is out of range, or nothing is targeted.
    /// </exception>
    internal static void CheckTargets(ModelConfig model, LoraConfig lora)
    {
        string[] paths =
        [
            .. Enumerable.Range(0, model.NumHiddenLayers)
                .SelectMany(layer => Blocks(model, layer))
                .SelectMany(block => block.Projections.Select(p => block.PathOf(p.Name))),
        ];
        var names = lora.TargetPattern is null ? lora.TargetModules : [];
        if (names.FirstOrDefault(name => !paths.Any(path => ModulePattern.EndsWith(path, name))) is { } stranger)
            throw new ArgumentException(
                $"'{stranger}' is not a projection of {model.ModelType}: use some of {string.Join(", ", LoraConfig.AllLinear)}.",
                nameof(lora));
        if (lora.RankPattern.Values.Any(rank => rank is < 1 or > LoraConfig.MaxRank)
            || lora.AlphaPattern.Values.Any(alpha => !(alpha > 0 && double.IsFinite(alpha))))
            throw new ArgumentException(
                $"A pattern's rank is not from 1 to {LoraConfig.MaxRank}, or its alpha not above 0.", nameof(lora));
        if (!paths.Any(path => lora.RankOf(path) > 0))
            throw new ArgumentException("The configuration gives none of the model's projections an update.", nameof(lora));
    }

    private static IEnumerable<Block> Blocks(ModelConfig model, int layer)
    {
        var (h, inner) = (model.HiddenSize, model.IntermediateSize);
        var (q, kv) = (model.NumAttentionHeads * model.HeadDim, model.NumKeyValueHeads * model.HeadDim);
        var (attention, mlp) = ($"model.layers.{layer}.self_attn", $"model.layers.{layer}.mlp");
        yield return new(attention, "in", h, [("q_proj", q), ("k_proj", kv), ("v_proj", kv)]);
        yield return new(attention, "out", q, [("o_proj", h)]);
        yield return new(mlp, "in", h, [("gate_proj", inner), ("up_proj", inner)]);
        yield return new(mlp, "out", inner, [("down_proj", h)]);
    }

    /// <summary>Projections of one layer that read the same input: a module's <c>in</c> or <c>out</c>.</summary>
    private sealed record Block(string Module, string Side, long Inputs, (string Name, long Outputs)[] Projections)
    {
        public string Path => $"{Module}.{Side}";

        /// <summary>A projection's path within the model.</summary>
        public string PathOf(string projection) => $"{Module}.{projection}";
    }
}
