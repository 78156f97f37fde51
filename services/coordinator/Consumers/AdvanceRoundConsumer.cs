using MassTransit;
using Sgasa.Contracts.Messages;
using Sgasa.Coordinator.Progress;
using Sgasa.Coordinator.Rounds;
using Sgasa.Hosting;

namespace Sgasa.Coordinator.Consumers;

/// <summary>Lets an event that a round waits for advance it.</summary>
/// <typeparam name="TEvent">The event; each has its consumer, all of them on one queue.</typeparam>
public sealed class AdvanceRoundConsumer<TEvent>(RoundRunner runner, RoundFeed feed) : IConsumer<TEvent>
    where TEvent : class, IRoundAnswer
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<TEvent> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var answer = context.Message;
        try
        {
            await runner.ApplyAsync(
                answer.RoundId, state => RoundDecider.Decide(state, answer), context.CancellationToken);
        }
        // A full disk, say: the round cannot even be marked as failed, but who waits for it must not wait for ever.
        catch (Exception fault) when (!TransientFaults.IsTransient(fault) && fault is not OperationCanceledException)
        {
            feed.Fail(answer.RoundId, fault);
            throw;
        }
    }
}
