using MassTransit;
using Microsoft.Extensions.Options;
using Sgasa.Contracts.Messages;

namespace Sgasa.Hosting.Bus;

/// <summary>Hands messages to MassTransit.</summary>
internal sealed class MessageSender(IBus bus, IOptions<BusOptions> options) : IMessageSender
{
    public async Task SendAsync(object command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        var queue = new Uri("queue:" + WorkQueues.Of(command.GetType()));
        if (options.Value.Transport == BusTransport.RabbitMq)
        {
            // The command's exchange leads to its one queue (see RabbitMqTransport), and whoever sends first declares it;
            // sent to the queue itself, it would be declared as another kind of queue.
            await bus.Publish(command, command.GetType(), MustArrive, cancellationToken).ConfigureAwait(false);
            return;
        }

        var endpoint = await bus.GetSendEndpoint(queue).ConfigureAwait(false);
        await endpoint.Send(command, command.GetType(), cancellationToken).ConfigureAwait(false);
    }

    public Task DispatchAsync(object message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message is IRoundCommand
            ? SendAsync(message, cancellationToken)
            : bus.Publish(message, message.GetType(), cancellationToken);
    }

    private static IPipe<PublishContext> MustArrive { get; } =
        Pipe.Execute<PublishContext>(context => context.Mandatory = true);
}
