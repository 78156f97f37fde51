using System.ComponentModel.DataAnnotations;
using Sgasa.Modeling.Architectures.Description;
using Sgasa.Modeling.Lora;
using Sgasa.Modeling.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling;

/// <summary>
/// The trainable matrices of a low-rank adapter, float32: <c>A [r, in]</c> and <c>B [out, r]</c> per target projection.
/// It is given to a forward pass; the model itself is not changed, so one model serves any number of adapters.
/// </summary>
public sealed class LoraAdapter : IDisposable
{
    private readonly Dictionary<string, Tensor> _named = [];
    private readonly Scalar _scale;
    private readonly LayerUpdate[] _layers;
    private readonly Dictionary<Place, Tensor?>[] _ratios; // factors per row of the As in _layers; null for 1

    private LoraAdapter(ModelConfig model, LoraConfig lora, Device? device)
    {
        Validator.ValidateObject(lora, new ValidationContext(lora), validateAllProperties: true);
        ModelConfig = model;
        Config = LoraPlacement.Resolve(model, lora);
        _scale = Config.Scaling;

        List<ParameterSlot> slots = [];
        List<(string Name, string Slot, long Row, long Rows)> parts = [];
        foreach (var block in Enumerable.Range(0, model.NumHiddenLayers).SelectMany(layer => LoraPlacement.Blocks(model, layer)))
        {
            // One A for all projections that read the same input: [sum of ranks, in]. An untargeted one has rank 0.
            var ranks = block.Projections.Select(p => (long)Config.RankOf(p.Path)).ToArray();
            slots.Add(new ParameterSlot(SharedA(block), [ranks.Sum(), block.Inputs]));
            for (var (i, row) = (0, 0L); i < ranks.Length; row += ranks[i++])
            {
                var (path, outputs) = block.Projections[i];
                slots.Add(new ParameterSlot(OwnB(path), [outputs, ranks[i]]));
                if (ranks[i] == 0) continue;
                parts.Add((path + ".lora_A.weight", SharedA(block), row, ranks[i]));
                parts.Add((path + ".lora_B.weight", OwnB(path), 0, outputs));
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

    /// <summary>Rank, scaling and targets, these by the names of the model's family.</summary>
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
        if (lora.LoraDropout != 0)
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
        foreach (var ratio in _ratios.SelectMany(ratios => ratios.Values)) ratio?.Dispose();
        _scale.Dispose();
        Parameters.Dispose();
    }

    /// <summary>Whether the adapter's matrices have the shapes that a model asks for.</summary>
    public bool Fits(ModelConfig model) =>
        LoraPlacement.SameProjections(model, ModelConfig)
        && (model.NumHiddenLayers, model.HiddenSize, model.IntermediateSize,
            model.NumAttentionHeads, model.NumKeyValueHeads, model.HeadDim)
        == (ModelConfig.NumHiddenLayers, ModelConfig.HiddenSize, ModelConfig.IntermediateSize,
            ModelConfig.NumAttentionHeads, ModelConfig.NumKeyValueHeads, ModelConfig.HeadDim);

    /// <summary>One layer's matrices.</summary>
    internal LayerUpdate UpdateOf(int layer)
    {
        var (update, ratios) = (_layers[layer], _ratios[layer]);
        if (ratios.Values.All(ratio => ratio is null)) return update;
        Tensor[] Scaled(Place place, Tensor[] matrices) =>
            ratios[place] is { } ratio ? [matrices[0] * ratio, .. matrices[1..]] : matrices;
        return update with
        {
            Qkv = Scaled(Place.QueryKeyValue, update.Qkv),
            Output = Scaled(Place.AttentionOutput, update.Output),
            GateUp = Scaled(Place.GateUp, update.GateUp),
            Down = Scaled(Place.Down, update.Down),
        };
    }

    private LayerUpdate Matrices(int layer)
    {
        var blocks = LoraPlacement.Blocks(ModelConfig, layer).ToDictionary(
            block => block.Place,
            block => (Tensor[])[Parameters[SharedA(block)], .. block.Projections.Select(p => Parameters[OwnB(p.Path)])]);
        return new LayerUpdate
        {
            Qkv = blocks[Place.QueryKeyValue],
            Output = blocks[Place.AttentionOutput],
            GateUp = blocks[Place.GateUp],
            Down = blocks[Place.Down],
            Scale = _scale,
        };
    }

    /// <summary>A factor per row of each A, <c>[sum of ranks, 1]</c>, where a projection is scaled unlike the others.</summary>
    private Dictionary<Place, Tensor?> Ratios(int layer, Device device) => LoraPlacement.Blocks(ModelConfig, layer).ToDictionary(
        block => block.Place,
        block =>
        {
            float[] rows =
            [
                .. block.Projections.SelectMany(p => Enumerable.Repeat(
                    (float)(Config.ScalingOf(p.Path) / Config.Scaling), Config.RankOf(p.Path))),
            ];
            return Array.TrueForAll(rows, row => row == 1)
                ? null
                : tensor(rows, [rows.Length, 1], device: device).DetachFromDisposeScope();
        });

    private static string SharedA(UpdatedBlock block) => block.Path + ".in.lora_A";

    private static string OwnB(string path) => path + ".lora_B";
}
