namespace Sgasa.Contracts.Messages;

/// <summary>A worker gave a command up for good.</summary>
public sealed record WorkFailed : IRoundAnswer
{
    /// <inheritdoc />
    public required string RoundId { get; init; }

    /// <summary>The command's name and place, e.g. <c>SynthesizeGuideline 3-0</c>.</summary>
    public required string Work { get; init; }

    /// <summary>What went wrong and what to do, in one sentence.</summary>
    public required string Reason { get; init; }
}
