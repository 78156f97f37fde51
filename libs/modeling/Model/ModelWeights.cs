using Sgasa.Modeling.Architectures;
using Sgasa.Modeling.Architectures.Description;
using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling.Model;

/// <summary>
/// A model's weights: fused leaf tensors that the arithmetic uses, and views of them under Hugging Face's names.
/// </summary>
internal sealed class ModelWeights : IDisposable
{
    private readonly Scalar _eps;

    /// <summary>Allocates zeros for what the family describes.</summary>
    public ModelWeights(ModelConfig config, Device device, ScalarType dtype)
    {
        FusedTensor[] tensors = [.. CheckpointLayout.InMemory(config)];
        Flat = new FlatParameters(
            [.. tensors.Select(tensor => new ParameterSlot(tensor.Name, tensor.Shape, Decays: tensor.Shape.Length > 1))],
            device, dtype);
        Dictionary<string, Tensor> named = [];
        foreach (var tensor in tensors)
        {
            var row = 0L;
            foreach (var (name, count) in tensor.Rows)
            {
                named.Add(name, Flat[tensor.Name].narrow(0, row, count).detach().DetachFromDisposeScope());
                row += count;
            }
        }
        Named = named;

        _eps = config.RmsNormEps;
        Embedding = Flat[CheckpointLayout.Embedding];
        FinalNorm = Flat[CheckpointLayout.FinalNorm];
        Head = config.TieWordEmbeddings ? Embedding : Flat[CheckpointLayout.Head];
        var parts = ModelFamilies.Of(config).Layer.ToDictionary(part => part.Place);
        Layers =
        [
            .. Enumerable.Range(0, config.NumHiddenLayers).Select(layer => DecoderLayer.Of(
                config, layer, _eps, (place, kind) => parts.GetValueOrDefault(place) switch
                {
                    Norm norm => Flat.Find(CheckpointLayout.PathOf(layer, norm.Name, kind)),
                    Projections part => Flat.Find(CheckpointLayout.PathOf(layer, part.Module, part.Fused, kind)),
                    _ => null,
                })),
        ];
    }

    /// <summary>The fused leaves, for training all weights.</summary>
    public FlatParameters Flat { get; }

    /// <summary>Every weight under its checkpoint name, sharing memory with the leaves, in their order.</summary>
    public IReadOnlyDictionary<string, Tensor> Named { get; }

    /// <summary>The embedding table, <c>[V, H]</c>.</summary>
    public Tensor Embedding { get; }

    /// <summary>The norm after the last layer, <c>[H]</c>.</summary>
    public Tensor FinalNorm { get; }

    /// <summary>The output head, <c>[V, H]</c>.</summary>
    public Tensor Head { get; }

    /// <summary>The layers in order.</summary>
    public IReadOnlyList<DecoderLayer> Layers { get; }

    public void Dispose()
    {
        foreach (var view in Named.Values) view.Dispose();
        _eps.Dispose();
        Flat.Dispose();
    }
}
