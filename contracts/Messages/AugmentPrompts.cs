namespace Sgasa.Contracts.Messages;

/// <summary>Asks the augmenter for a batch of new prompts of one label.</summary>
public sealed record AugmentPrompts : IRoundCommand
{
    /// <inheritdoc />
    public required string RoundId { get; init; }

    /// <summary>The label they are written for.</summary>
    public required Label Label { get; init; }

    /// <summary>The batch's number within the label, from 0.</summary>
    public required int Batch { get; init; }

    /// <summary>Texts to ask for.</summary>
    public required int Count { get; init; }

    string IRoundCommand.Work => $"{nameof(AugmentPrompts)} {Label} {Batch}";
}

/// <summary>A batch of prompts was written, classified and filtered.</summary>
public sealed record PromptAugmented : IRoundAnswer<AugmentPrompts>
{
    /// <inheritdoc />
    public required string RoundId { get; init; }

    /// <summary>The label they were written for.</summary>
    public required Label Label { get; init; }

    /// <summary>The batch's number.</summary>
    public required int Batch { get; init; }

    /// <summary>What passed the filters, in order.</summary>
    public required IReadOnlyList<AcceptedPrompt> Accepted { get; init; }

    /// <summary>Texts asked for.</summary>
    public required int Requested { get; init; }

    /// <summary>Tokens generated for the batch.</summary>
    public required long Tokens { get; init; }
}

/// <summary>One accepted prompt of a batch, with what near-duplicate detection across batches needs.</summary>
public sealed record AcceptedPrompt
{
    /// <summary>The stored augmented prompt.</summary>
    public required string PromptId { get; init; }

    /// <summary>Base64 of its MinHash signature (64 one-byte hashes of word trigrams).</summary>
    public required string Signature { get; init; }
}
