using Sgasa.Contracts;

namespace Sgasa.Coordinator.Rounds;

/// <summary>One value for each label.</summary>
/// <param name="Harmful">The value for harmful prompts.</param>
/// <param name="Benign">The value for benign prompts.</param>
public sealed record PerLabel<T>(T Harmful, T Benign)
{
    /// <summary>The value for a label.</summary>
    public T this[Label label] => label == Label.Harmful ? Harmful : Benign;

    /// <summary>A copy with the value for one label replaced.</summary>
    public PerLabel<T> With(Label label, T value) =>
        label == Label.Harmful ? this with { Harmful = value } : this with { Benign = value };
}

/// <summary>The labels, in the order in which work is listed.</summary>
internal static class Labels
{
    /// <summary>Harmful, then benign.</summary>
    public static IReadOnlyList<Label> All { get; } = [Label.Harmful, Label.Benign];
}
