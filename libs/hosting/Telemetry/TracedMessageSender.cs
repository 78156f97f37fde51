using Microsoft.Extensions.DependencyInjection;
using Sgasa.Artifacts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting.Bus;

namespace Sgasa.Hosting.Telemetry;

/// <summary>
/// Sends every message from within its round's trace, whatever request or start of a host it comes from, and measures a
/// round when its end is told.
/// </summary>
internal sealed class TracedMessageSender(MessageSender sender, IServiceProvider services, TimeProvider time) : IMessageSender
{
    public async Task SendAsync(object command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        using var span = RoundTrace.Enter($"send {command.GetType().Name}", MessageFacts.RoundOf(command));
        await sender.SendAsync(command, cancellationToken).ConfigureAwait(false);
    }

    public async Task DispatchAsync(object message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        using var span = RoundTrace.Enter($"send {message.GetType().Name}", MessageFacts.RoundOf(message));
        await sender.DispatchAsync(message, cancellationToken).ConfigureAwait(false);
        if (message is RoundCompleted or RoundFailed) await EndAsync(message, cancellationToken).ConfigureAwait(false);
    }

    private async Task EndAsync(object message, CancellationToken cancellationToken)
    {
        var roundId = MessageFacts.RoundOf(message);
        if (services.GetService<IArtifactStore>() is not { } artifacts
            || await artifacts.FindAsync<RoundSpecification>(roundId, cancellationToken).ConfigureAwait(false) is not { } round)
            return;

        var status = message is RoundCompleted ? "completed" : "failed";
        RoundMetrics.Ended(time.GetUtcNow() - round.CreatedAt, status);
        // No process lives as long as a round: its span is made when it is over.
        using var span = RoundTrace.Start("round", roundId, startTime: round.CreatedAt);
        span?.SetTag("sgasa.round.status", status);
    }
}
