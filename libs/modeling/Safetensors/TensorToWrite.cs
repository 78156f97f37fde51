using TorchSharp;

namespace Sgasa.Modeling.Safetensors;

/// <summary>A tensor to be written to a safetensors file.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Make">Gives its value when its turn comes; the writer disposes what it gives.</param>
/// <param name="Dtype">F32, F16 or BF16.</param>
public sealed record TensorToWrite(
    string Name, IReadOnlyList<long> Shape, Func<torch.Tensor> Make, SafetensorsDtype Dtype = SafetensorsDtype.F32)
{
    /// <summary>A tensor that exists already, and that the caller keeps.</summary>
    public static TensorToWrite Of(string name, torch.Tensor value, SafetensorsDtype dtype = SafetensorsDtype.F32)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new TensorToWrite(name, value.shape, value.detach, dtype);
    }

    /// <summary>Bytes that its values take.</summary>
    internal long Bytes => Shape.Aggregate(
        SafetensorsHeader.BitsOf(Dtype) / 8L, (product, dimension) => checked(product * dimension));
}
