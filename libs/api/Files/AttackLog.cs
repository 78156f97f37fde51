namespace Sgasa.Api.Files;

/// <summary>A log that was taken in whole: rounds can be started from it.</summary>
public sealed record AttackLog
{
    /// <summary>Its id, derived from its content: the same log has the same id wherever it is taken in.</summary>
    public required string Id { get; init; }

    /// <summary>The name it was first taken in under, for display.</summary>
    public required string Name { get; init; }

    /// <summary>Harmful prompts in it.</summary>
    public required int Harmful { get; init; }

    /// <summary>Benign prompts in it.</summary>
    public required int Benign { get; init; }

    /// <summary>
    /// The stored prompts that a round works with, in the order of the log: all, or a sample of a log that has more than
    /// 1,000 of a label.
    /// </summary>
    public required IReadOnlyList<string> SampleIds { get; init; }
}
