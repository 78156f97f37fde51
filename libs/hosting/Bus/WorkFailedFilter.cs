using MassTransit;
using Microsoft.Extensions.Logging;
using Sgasa.Contracts;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting.Models;

namespace Sgasa.Hosting.Bus;

/// <summary>
/// Stands before the error queue, where a message comes when its retries are used up or its fault is permanent: the
/// round of a command hears of it as <see cref="WorkFailed"/>. Events pass untouched. What a stopping host cancels does
/// not come here: the coordinator sends it again when it is back.
/// </summary>
internal sealed class WorkFailedFilter(ILogger<WorkFailedFilter> logger) : IFilter<ExceptionReceiveContext>
{
    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        if (context.TryGetPayload(out WorkInHand? work))
        {
            logger.WorkGivenUp(work.Name, work.RoundId, context.Exception.GetType().Name);
            var endpoint = await context.PublishEndpointProvider.GetPublishSendEndpoint<WorkFailed>().ConfigureAwait(false);
            await endpoint.Send(
                new WorkFailed { RoundId = work.RoundId, Work = work.Name, Reason = Reason(context.Exception) },
                context.CancellationToken).ConfigureAwait(false);
        }

        await next.Send(context).ConfigureAwait(false);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("workFailed");

    private static string Reason(Exception fault)
    {
        // Faults that we named say it themselves; of others the type is half of what there is to know.
        var text = fault is UserErrorException or ModelRequestException or ModelUnavailableException
            or Artifacts.ArtifactNotFoundException
            ? fault.Message
            : $"{fault.GetType().Name}: {fault.Message}";
        return text.ReplaceLineEndings(" ").Trim();
    }
}
