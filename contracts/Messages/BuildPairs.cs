namespace Sgasa.Contracts.Messages;

/// <summary>Asks the augmenter for training pairs from some prompts.</summary>
public sealed record BuildPairs : IRoundCommand
{
    /// <inheritdoc />
    public required string RoundId { get; init; }

    /// <summary>Which training the pairs are for.</summary>
    public required Stage Stage { get; init; }

    /// <summary>The label of all the prompts.</summary>
    public required Label Label { get; init; }

    /// <summary>The batch's number within stage and label, from 0.</summary>
    public required int Batch { get; init; }

    /// <summary>The augmented prompts to use, in order.</summary>
    public required IReadOnlyList<string> PromptIds { get; init; }

    /// <summary>Verified guidelines to draw from (SFT); empty for DPO.</summary>
    public required IReadOnlyList<string> GuidelineIds { get; init; }

    string IRoundCommand.Work => $"{nameof(BuildPairs)} {Stage} {Label} {Batch}";
}

/// <summary>A batch of prompts was turned into training pairs.</summary>
public sealed record PairBuilt : IRoundAnswer<BuildPairs>
{
    /// <inheritdoc />
    public required string RoundId { get; init; }

    /// <summary>Which training the pairs are for.</summary>
    public required Stage Stage { get; init; }

    /// <summary>The label of the prompts.</summary>
    public required Label Label { get; init; }

    /// <summary>The batch's number within stage and label.</summary>
    public required int Batch { get; init; }

    /// <summary>The stored pairs, in the order of their prompts; a prompt may have yielded none.</summary>
    public required IReadOnlyList<string> PairIds { get; init; }

    /// <summary>Prompts tried.</summary>
    public required int Prompts { get; init; }

    /// <summary>Tokens generated for the batch.</summary>
    public required long Tokens { get; init; }
}
