using TorchSharp;

namespace Sgasa.Modeling;

/// <summary>Named tensors that a model can be filled from: a safetensors folder, or values in memory.</summary>
public interface IWeightSource
{
    /// <summary>The tensors' names as Hugging Face writes them, in no particular order.</summary>
    IReadOnlyCollection<string> Names { get; }

    /// <summary>The shape of one tensor, without reading it.</summary>
    /// <exception cref="KeyNotFoundException">There is no tensor of that name.</exception>
    IReadOnlyList<long> ShapeOf(string name);

    /// <summary>Reads one tensor, converted to float32 on the CPU; the caller owns it.</summary>
    /// <exception cref="KeyNotFoundException">There is no tensor of that name.</exception>
    torch.Tensor Read(string name);

    /// <summary>Reads one tensor into its place, whatever that place's float type and device.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="target">A tensor of the same shape, contiguous; it is not differentiated through.</param>
    /// <exception cref="KeyNotFoundException">There is no tensor of that name.</exception>
    void ReadInto(string name, torch.Tensor target)
    {
        using var value = Read(name);
        target.copy_(value);
    }
}
