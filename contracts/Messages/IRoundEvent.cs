namespace Sgasa.Contracts.Messages;

/// <summary>News of a round: published, for any number of subscribers.</summary>
public interface IRoundEvent : IRoundMessage;
