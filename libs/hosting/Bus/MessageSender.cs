using MassTransit;

namespace Sgasa.Hosting.Bus;

/// <summary>Hands messages to MassTransit.</summary>
internal sealed class MessageSender(IBus bus) : IMessageSender
{
    public async Task SendAsync(object command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        var queue = new Uri("queue:" + WorkCommands.QueueOf(command.GetType()));
        var endpoint = await bus.GetSendEndpoint(queue).ConfigureAwait(false);
        await endpoint.Send(command, command.GetType(), cancellationToken).ConfigureAwait(false);
    }

    public Task DispatchAsync(object message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        return WorkCommands.Contains(message.GetType())
            ? SendAsync(message, cancellationToken)
            : bus.Publish(message, message.GetType(), cancellationToken);
    }
}
