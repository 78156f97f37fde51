using MassTransit;

namespace Sgasa.Hosting.Bus;

/// <summary>
/// Gives a message up that was delivered again and again without an answer: a worker that dies over it never comes to
/// say so. Counted here and not by the broker, whose limit would take the message away without telling the round.
/// </summary>
internal sealed class DeliveryLimitFilter(int limit) : IFilter<ConsumeContext>
{
    public Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        var deliveries = FaultHeaders.Deliveries(context.ReceiveContext);
        return deliveries < limit
            ? next.Send(context)
            : throw new MessageRefusedException(
                $"It was delivered {deliveries} times and never answered: either it ends the process that works on it, "
                + "or that process was ended as often. See the log of that process, then requeue the message.");
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("deliveryLimit");
}
