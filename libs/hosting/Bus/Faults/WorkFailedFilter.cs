using MassTransit;
using Microsoft.Extensions.Logging;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting.Telemetry;

namespace Sgasa.Hosting.Bus;

/// <summary>
/// Stands before the error queue, where a message comes when its retries are used up or its fault is permanent: the
/// round of a command hears of it as <see cref="WorkFailed"/>. Events pass with a note of what went wrong.
/// </summary>
internal sealed class WorkFailedFilter(string queue, Func<IMessageSender> sender, ILogger<WorkFailedFilter> logger)
    : IFilter<ExceptionReceiveContext>
{
    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        var reason = FaultHeaders.ReasonOf(context.Exception);
        context.ExceptionHeaders.Set(FaultHeaders.Reason, reason);
        MessageMetrics.GivenUp(queue, context.Exception);
        if (context.TryGetPayload(out WorkInHand? work))
        {
            context.ExceptionHeaders.Set(FaultHeaders.Round, work.RoundId);
            context.ExceptionHeaders.Set(FaultHeaders.Work, work.Name);
            logger.WorkGivenUp(work.Name, work.RoundId, context.Exception.GetType().Name);
            var failed = new WorkFailed { RoundId = work.RoundId, Work = work.Name, Reason = reason };
            await sender().DispatchAsync(failed, context.CancellationToken).ConfigureAwait(false);
        }
        else
        {
            logger.MessageGivenUp(queue, context.Exception.GetType().Name);
        }

        await next.Send(context).ConfigureAwait(false);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("workFailed");
}
