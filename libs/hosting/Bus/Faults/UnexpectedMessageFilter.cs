using MassTransit;

namespace Sgasa.Hosting.Bus;

/// <summary>Makes a fault of a message that no consumer of the queue takes.</summary>
internal sealed class UnexpectedMessageFilter(string queue) : IFilter<ReceiveContext>
{
    public Task Send(ReceiveContext context, IPipe<ReceiveContext> next) =>
        throw new MessageRefusedException($"The queue '{queue}' has no consumer for a message of this type.");

    public void Probe(ProbeContext context) => context.CreateFilterScope("unexpectedMessage");
}
