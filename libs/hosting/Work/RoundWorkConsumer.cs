using System.Text.Json.Serialization.Metadata;
using MassTransit;
using Microsoft.Extensions.Logging;
using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting.Bus;

namespace Sgasa.Hosting.Work;

/// <summary>
/// Consumes one kind of command: loads the round, does the work, stores what came of it, publishes the answer, and logs.
/// A repeated command repeats the answer and not the work; one of a round that is no longer wanted is passed over, since
/// the round asks for all its outstanding work again when it goes on.
/// </summary>
/// <typeparam name="TCommand">The command.</typeparam>
/// <typeparam name="TEvent">The event that answers it.</typeparam>
public sealed class RoundWorkConsumer<TCommand, TEvent>(
    IRoundWork<TCommand, TEvent> work,
    IRoundStore rounds,
    IArtifactStore artifacts,
    RoundSpecifications specifications,
    IMessageSender sender,
    TimeProvider time,
    ILogger<RoundWorkConsumer<TCommand, TEvent>> logger) : IConsumer<TCommand>
    where TCommand : class, IRoundCommand
    where TEvent : class, IRoundAnswer
{
    private static readonly JsonTypeInfo<TEvent> Json =
        (JsonTypeInfo<TEvent>?)ContractsJson.Default.GetTypeInfo(typeof(TEvent))
        ?? throw new InvalidOperationException($"{typeof(TEvent).Name} is missing from {nameof(ContractsJson)}.");

    /// <inheritdoc />
    public async Task Consume(ConsumeContext<TCommand> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (command, ct) = (context.Message, context.CancellationToken);
        var status = await rounds.FindStatusAsync(command.RoundId, ct).ConfigureAwait(false);
        if (status is not (null or RoundDocument.Running))
        {
            logger.WorkPassedOver(command.Work, command.RoundId, status);
            return;
        }

        if (await artifacts.FindReceiptAsync(command, Json, ct).ConfigureAwait(false) is { } published)
        {
            await sender.DispatchAsync(published, ct).ConfigureAwait(false);
            logger.WorkRepeated(command.Work, command.RoundId);
            return;
        }

        var begun = time.GetTimestamp();
        var round = await specifications.GetAsync(command.RoundId, ct).ConfigureAwait(false);
        var done = await work.DoAsync(round, command, ct).ConfigureAwait(false);
        if (done.Answer is { } answer)
        {
            // In this order: what the answer names is there when it is heard, and a crash in between repeats the rest.
            await done.StoreAsync(artifacts, ct).ConfigureAwait(false);
            await artifacts.WriteReceiptAsync(command, answer, Json, ct).ConfigureAwait(false);
            await sender.DispatchAsync(answer, ct).ConfigureAwait(false);
        }

        var seconds = time.GetElapsedTime(begun).TotalSeconds;
        logger.WorkDone(command.Work, command.RoundId, seconds, done.Outcome);
    }
}
