using MassTransit;

namespace Sgasa.Hosting.Bus;

/// <summary>
/// Stands before all else that deals with a fault. What a stopping host cancels is no fault: another host, or this one
/// when it is back, gets the message again. And a fault that no consumer noted, as of a body that can't be read, is
/// noted here: else it would be taken for a message that nobody looked at, and be given up a second time.
/// </summary>
internal sealed class FaultNotedFilter : IFilter<ExceptionReceiveContext>
{
    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        context.CancellationToken.ThrowIfCancellationRequested();
        if (!context.IsFaulted) await context.NotifyFaulted(context.Exception).ConfigureAwait(false);
        await next.Send(context).ConfigureAwait(false);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("faultNoted");
}
