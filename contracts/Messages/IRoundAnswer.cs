namespace Sgasa.Contracts.Messages;

/// <summary>An event that a round waits for.</summary>
public interface IRoundAnswer : IRoundEvent
{
    /// <summary>Tokens generated for it.</summary>
    long Tokens => 0;
}

/// <summary>An event that a round waits for since it sent a command.</summary>
/// <typeparam name="TCommand">The command.</typeparam>
public interface IRoundAnswer<TCommand> : IRoundAnswer where TCommand : class, IRoundCommand;
