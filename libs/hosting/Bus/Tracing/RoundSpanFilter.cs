using System.Diagnostics;
using MassTransit;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting.Telemetry;

namespace Sgasa.Hosting.Bus;

/// <summary>
/// Puts every try at a message into its round's trace, linked to the delivery that MassTransit traces, and measures it.
/// </summary>
internal sealed class RoundSpanFilter<T>(TimeProvider time) : IFilter<ConsumeContext<T>> where T : class
{
    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        var delivery = new MessageDelivery(
            typeof(T).Name,
            context.ReceiveContext.InputAddress.Segments[^1].Trim('/'),
            context.ReceiveContext.InputAddress.Scheme == "rabbitmq" ? "rabbitmq" : "in_memory",
            context.GetRetryAttempt() + FaultHeaders.RetriesOf(context.ReceiveContext));
        using var span = Start(context, delivery);
        if (delivery.Attempt == 0 && context.SentTime is { } sent) MessageMetrics.Waited(delivery, time.GetUtcNow() - sent);
        var begun = time.GetTimestamp();
        try
        {
            await next.Send(context).ConfigureAwait(false);
            MessageMetrics.Processed(delivery, time.GetElapsedTime(begun), fault: null);
            RoundMetrics.Heard(context.Message);
        }
        catch (Exception fault)
        {
            span?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", fault.GetType().FullName);
            MessageMetrics.Processed(delivery, time.GetElapsedTime(begun), fault);
            throw;
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("roundSpan");

    private static Activity? Start(ConsumeContext<T> context, MessageDelivery delivery)
    {
        var span = RoundTrace.Start(
            $"process {delivery.Queue}", (context.Message as IRoundMessage)?.RoundId ?? "", ActivityKind.Consumer);
        return span?
            .SetTag("sgasa.work", (context.Message as IRoundCommand)?.Work ?? typeof(T).Name)
            .SetTag("sgasa.work.attempt", delivery.Attempt)
            .SetTag("messaging.system", delivery.System)
            .SetTag("messaging.operation.type", "process")
            .SetTag("messaging.destination.name", delivery.Queue)
            .SetTag("messaging.message.id", context.MessageId?.ToString());
    }
}
