using Microsoft.Extensions.DependencyInjection;
using Sgasa.Artifacts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting.Telemetry;

namespace Sgasa.Hosting.Bus;

/// <summary>
/// Sends every message from within its round's trace, whatever request or start of a host it comes from, and measures a
/// round when its end is told.
/// </summary>
internal sealed class TracedMessageSender(MessageSender sender, IServiceProvider services, TimeProvider time) : IMessageSender
{
    public async Task SendAsync(object command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        using var span = RoundTrace.Enter($"send {command.GetType().Name}", RoundOf(command));
        await sender.SendAsync(command, cancellationToken).ConfigureAwait(false);
    }

    public async Task DispatchAsync(object message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        using var span = RoundTrace.Enter($"send {message.GetType().Name}", RoundOf(message));
        await sender.DispatchAsync(message, cancellationToken).ConfigureAwait(false);
        if (message is RoundCompleted or RoundFailed)
            await EndAsync((IRoundEvent)message, cancellationToken).ConfigureAwait(false);
    }

    private async Task EndAsync(IRoundEvent end, CancellationToken cancellationToken)
    {
        var roundId = end.RoundId;
        if (services.GetService<IArtifactStore>() is not { } artifacts
            || await artifacts.FindAsync<RoundSpecification>(roundId, cancellationToken).ConfigureAwait(false) is not { } round)
            return;

        var status = end is RoundCompleted ? "completed" : "failed";
        RoundMetrics.Ended(time.GetUtcNow() - round.CreatedAt, status);
        // No process lives as long as a round: its span is made when it is over.
        using var span = RoundTrace.Start("round", roundId, startTime: round.CreatedAt);
        span?.SetTag("sgasa.round.status", status);
    }

    private static string RoundOf(object message) => (message as IRoundMessage)?.RoundId ?? "";
}
