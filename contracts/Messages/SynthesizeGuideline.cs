namespace Sgasa.Contracts.Messages;

/// <summary>Asks the synthesizer for one attempt at one guideline slot.</summary>
public sealed record SynthesizeGuideline : IRoundCommand
{
    /// <inheritdoc />
    public required string RoundId { get; init; }

    /// <summary>Which of the recipe's guidelines, from 0.</summary>
    public required int Slot { get; init; }

    /// <summary>The attempt, from 0.</summary>
    public required int Attempt { get; init; }

    string IRoundCommand.Work => $"{nameof(SynthesizeGuideline)} {Slot}-{Attempt}";
}

/// <summary>An attempt at a guideline was made and verified, or found wanting.</summary>
public sealed record GuidelineSynthesized : IRoundAnswer<SynthesizeGuideline>
{
    /// <inheritdoc />
    public required string RoundId { get; init; }

    /// <summary>The guideline slot.</summary>
    public required int Slot { get; init; }

    /// <summary>The attempt.</summary>
    public required int Attempt { get; init; }

    /// <summary>The stored attempt.</summary>
    public required string GuidelineId { get; init; }

    /// <summary>Whether it may be used.</summary>
    public required bool Verified { get; init; }

    /// <summary>Share of right verification responses, 0 to 1.</summary>
    public required double Score { get; init; }

    /// <summary>Tokens generated for it.</summary>
    public required long Tokens { get; init; }
}
