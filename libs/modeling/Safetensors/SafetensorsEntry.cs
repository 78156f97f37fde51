namespace Sgasa.Modeling.Safetensors;

/// <summary>One tensor as a safetensors header lists it.</summary>
/// <param name="Name">The tensor's name, unique in its file.</param>
/// <param name="Dtype">Its number format.</param>
/// <param name="Shape">Its dimensions; none for a scalar.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">The byte after the last.</param>
public sealed record SafetensorsEntry(string Name, SafetensorsDtype Dtype, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>Number of elements.</summary>
    public long ElementCount => Shape.Aggregate(1L, (product, dimension) => product * dimension);
}
