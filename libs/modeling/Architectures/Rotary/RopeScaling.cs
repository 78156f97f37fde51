using System.Text.Json;
using Sgasa.Modeling.Architectures.Rotary;
using TorchSharp;

namespace Sgasa.Modeling;

/// <summary>A change of the rotary frequencies for long contexts, by one of the rules that Hugging Face knows.</summary>
/// <param name="Factor">How much longer the context becomes.</param>
public abstract record RopeScaling(double Factor)
{
    /// <summary>Hugging Face's name of the rule, <c>rope_type</c>.</summary>
    public abstract string Type { get; }

    /// <summary>What cosines and sines are multiplied by.</summary>
    internal virtual double Magnitude => 1;

    /// <summary>Longest sequence of a model with this scaling, given what its configuration says of it.</summary>
    internal virtual int ContextLength(int maxPositions) => maxPositions;

    /// <summary>Whether the frequencies depend on the length of the sequence.</summary>
    internal virtual bool DependsOnLength => false;

    /// <summary>Changes the frequencies.</summary>
    /// <param name="frequencies">Those of the unscaled rotation, float32 <c>[width / 2]</c>.</param>
    /// <param name="shape">The model.</param>
    /// <param name="lengths">Lengths of sequences, <c>[N, 1]</c>; looked at where the rule depends on them.</param>
    /// <returns><c>[width / 2]</c>, or where the rule depends on the length <c>[N, width / 2]</c>.</returns>
    internal abstract torch.Tensor Scale(torch.Tensor frequencies, RotaryShape shape, torch.Tensor lengths);

    /// <summary>Whether sequences of two lengths are rotated alike.</summary>
    internal virtual bool SameFor(RotaryShape shape, long length, long other) => true;

    /// <summary>Writes the rule's parameters, the type and the base apart, in alphabetical order.</summary>
    internal abstract void Write(Utf8JsonWriter json);
}
