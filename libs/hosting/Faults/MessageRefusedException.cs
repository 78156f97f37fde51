namespace Sgasa.Hosting;

/// <summary>A message was not sent, or not worked on, for what it is: too large, of a kind nobody takes, deadly.</summary>
public sealed class MessageRefusedException(string message) : Exception(message);
