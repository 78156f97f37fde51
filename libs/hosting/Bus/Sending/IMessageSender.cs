namespace Sgasa.Hosting.Bus;

/// <summary>Hands messages to the bus, each the way its kind is carried: the one way out of every service.</summary>
public interface IMessageSender
{
    /// <summary>Sends a command to its one queue, see <see cref="WorkQueues"/>.</summary>
    /// <exception cref="ArgumentException">The message is an event.</exception>
    Task SendAsync(object command, CancellationToken cancellationToken);

    /// <summary>Sends a command to its queue, or publishes an event to whoever subscribed.</summary>
    Task DispatchAsync(object message, CancellationToken cancellationToken);
}
