namespace Sgasa.Cli.Failures;

/// <summary>A round ended without a candidate; the message is its reason.</summary>
public sealed class RoundFailedException(string roundId, string reason) : Exception($"Round {roundId} failed: {reason}")
{
    /// <summary>The round.</summary>
    public string RoundId { get; } = roundId;
}
