using MassTransit;
using Microsoft.Extensions.Logging;
using Sgasa.Contracts;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting.Models;

namespace Sgasa.Hosting.Bus;

/// <summary>
/// Lies around the retries of every consumer of commands: when they are used up, or a fault is permanent, the round
/// hears of it as <see cref="WorkFailed"/>, and the message goes to its error queue.
/// </summary>
/// <typeparam name="T">The message consumed; those that are no commands pass untouched.</typeparam>
public sealed class WorkFailedFilter<T>(ILogger<WorkFailedFilter<T>> logger) : IFilter<ConsumeContext<T>> where T : class
{
    /// <inheritdoc />
    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        try
        {
            await next.Send(context).ConfigureAwait(false);
        }
        // A host that stops gives nothing up: the coordinator sends the command again when it is back.
        catch (Exception fault) when (!context.CancellationToken.IsCancellationRequested
            && WorkCommands.Describe(context.Message) is not null)
        {
            var (roundId, work) = WorkCommands.Describe(context.Message)!.Value;
            logger.WorkGivenUp(work, roundId, fault.GetType().Name);
            await context.Publish(new WorkFailed { RoundId = roundId, Work = work, Reason = Reason(fault) })
                .ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc />
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
