using MassTransit;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace Sgasa.Hosting.Bus;

/// <summary>
/// Stands first before the error queue: a message whose fault is transient goes into a queue of the broker that hands it
/// back after a while (<see cref="QueueArguments.Holding"/>). The broker confirms it before the message is acknowledged
/// here, so that a crash in between makes two of it, never none.
/// </summary>
internal sealed class DelayedRetryFilter(string queue, BusOptions options, ILogger<DelayedRetryFilter> logger)
    : IFilter<ExceptionReceiveContext>
{
    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        var retries = FaultHeaders.RetriesOf(context);
        if (!TransientFaults.IsTransient(context.Exception)
            || options.RetryDelay(retries) is not { } delay
            || !context.TryGetPayload(out ChannelContext? channel)
            || !context.TryGetPayload(out RabbitMqBasicConsumeContext? message))
        {
            await next.Send(context).ConfigureAwait(false);
            return;
        }

        var holding = QueueArguments.HoldingName(delay);
        var ct = context.CancellationToken;
        await channel.ExchangeDeclare(holding, ExchangeType.Fanout, true, false, null!, ct).ConfigureAwait(false);
        await channel.QueueDeclare(holding, true, false, false, QueueArguments.Holding(delay)!, ct).ConfigureAwait(false);
        await channel.QueueBind(holding, holding, "", null!, ct).ConfigureAwait(false);

        var properties = new BasicProperties(message.Properties)
        {
            Persistent = true,
            Headers = FaultHeaders.Fresh(message.Properties.Headers),
        };
        properties.Headers[FaultHeaders.Retries] = retries + 1;
        await channel
            .BasicPublishAsync(holding, queue, true, properties, context.Body.GetBytes(), true, ct).ConfigureAwait(false);
        logger.RetryDelayed(queue, retries + 1, options.DelayedRetries, delay, context.Exception.GetType().Name);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("delayedRetry");
}
