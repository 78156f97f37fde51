namespace Sgasa.Contracts.Messages;

/// <summary>Whatever services tell each other about a round.</summary>
public interface IRoundMessage
{
    /// <summary>The round.</summary>
    string RoundId { get; }
}
