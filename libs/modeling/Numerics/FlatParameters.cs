using TorchSharp;
using static TorchSharp.torch;

namespace Sgasa.Modeling;

/// <summary>One parameter's place in a <see cref="FlatParameters"/> buffer.</summary>
/// <param name="Name">Its name, unique in the buffer.</param>
/// <param name="Shape">Its shape; a dimension may be 0.</param>
/// <param name="Decays">Whether weight decay applies to it (matrices yes, norms and biases no).</param>
public sealed record ParameterSlot(string Name, IReadOnlyList<long> Shape, bool Decays = true);

/// <summary>
/// Leaf tensors that lie one after another in one buffer, and their gradients in a second one, so that clipping and the
/// optimizer are a handful of operations however many parameters there are.
/// </summary>
/// <remarks>The parameters that decay come first in the buffer: <c>Values[..DecayedLength]</c>.</remarks>
public sealed class FlatParameters : IDisposable
{
    // Every parameter starts on a cache line, as matrix kernels like it. The gaps stay zero.
    private const long AlignmentBytes = 64;

    private readonly long _alignment; // in elements
    private readonly Dictionary<string, Tensor> _leaves = [];
    private readonly Dictionary<string, Tensor> _gradientViews = [];

    /// <summary>Allocates zeros for the given parameters.</summary>
    /// <param name="slots">The parameters; those that decay are placed first, otherwise in this order.</param>
    /// <param name="device">Where they lie; null is the CPU.</param>
    /// <param name="dtype">Their element type.</param>
    public FlatParameters(IReadOnlyList<ParameterSlot> slots, Device? device = null, ScalarType dtype = ScalarType.Float32)
    {
        _alignment = AlignmentBytes / dtype.ElementSize();
        Slots = [.. slots.OrderByDescending(slot => slot.Decays)];
        Length = Slots.Sum(Padded);
        DecayedLength = Slots.Where(slot => slot.Decays).Sum(Padded);
        Values = zeros(Length, dtype, device ?? CPU).DetachFromDisposeScope();
        Cut(Values, (slot, view) => _leaves.Add(slot.Name, view));
    }

    /// <summary>The parameters in the buffer's order.</summary>
    public IReadOnlyList<ParameterSlot> Slots { get; }

    /// <summary>Elements of the buffer, the gaps between parameters included.</summary>
    public long Length { get; }

    /// <summary>How many elements at the buffer's beginning weight decay applies to.</summary>
    public long DecayedLength { get; }

    /// <summary>All values, <c>[Length]</c>; writing to it changes the parameters.</summary>
    public Tensor Values { get; }

    /// <summary>All gradients, <c>[Length]</c>; null until <see cref="RequireGradients"/>.</summary>
    public Tensor? Gradients { get; private set; }

    /// <summary>One parameter; it shares memory with <see cref="Values"/>.</summary>
    /// <exception cref="KeyNotFoundException">There is no parameter of that name.</exception>
    public Tensor this[string name] => _leaves[name];

    /// <summary>One parameter; null where there is none of that name.</summary>
    public Tensor? Find(string name) => _leaves.GetValueOrDefault(name);

    /// <summary>One parameter's gradient; it shares memory with <see cref="Gradients"/>.</summary>
    /// <exception cref="KeyNotFoundException">There is no parameter of that name, or gradients were not asked for.</exception>
    public Tensor GradientOf(string name) => _gradientViews[name];

    /// <summary>Makes every parameter a leaf whose gradient <c>backward</c> adds to <see cref="Gradients"/>.</summary>
    public void RequireGradients()
    {
        if (Gradients is not null) return;
        Gradients = zeros_like(Values).DetachFromDisposeScope();
        Cut(Gradients, (slot, view) =>
        {
            _gradientViews.Add(slot.Name, view);
            var leaf = _leaves[slot.Name];
            leaf.requires_grad = true;
            leaf.grad = view; // backward adds to a gradient that is already there in place
        });
    }

    /// <summary>Freezes the parameters again and frees their gradients.</summary>
    public void ReleaseGradients()
    {
        if (Gradients is null) return;
        foreach (var leaf in _leaves.Values)
        {
            leaf.grad = null;
            leaf.requires_grad = false;
        }
        foreach (var view in _gradientViews.Values) view.Dispose();
        _gradientViews.Clear();
        Gradients.Dispose();
        Gradients = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ReleaseGradients();
        foreach (var leaf in _leaves.Values) leaf.Dispose();
        _leaves.Clear();
        Values.Dispose();
    }

    private void Cut(Tensor flat, Action<ParameterSlot, Tensor> place)
    {
        using var scope = NewDisposeScope();
        var offset = 0L;
        foreach (var slot in Slots)
        {
            var view = flat.narrow(0, offset, Count(slot)).view([.. slot.Shape]).detach();
            place(slot, view.DetachFromDisposeScope());
            offset += Padded(slot);
        }
    }

    private static long Count(ParameterSlot slot) => slot.Shape.Aggregate(1L, (product, size) => checked(product * size));

    private long Padded(ParameterSlot slot) => (Count(slot) + _alignment - 1) / _alignment * _alignment;
}
