using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Sgasa.Hosting.Bus;

/// <summary>Looks after the queues over AMQP: needs no more of the broker than the services do.</summary>
internal sealed class RabbitMqQueues(IOptions<BusOptions> options, EndpointNames endpoints)
    : IBrokerQueues, IAsyncDisposable
{
    private const int NotFound = 404;
    private const int Looks = 250;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    // A message that is looked at is invisible to others: one look at a time, so that a requeue misses nothing.
    private readonly SemaphoreSlim _turn = new(1);
    private readonly BrokerConnection _connection = new(options);

    public Task<IReadOnlyList<QueueState>> ListAsync(CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            var states = new List<QueueState>();
            foreach (var name in endpoints.All)
            {
                var queue = await FindAsync(name, cancellationToken).ConfigureAwait(false);
                var faults = await FindAsync(QueueArguments.ErrorQueue(name), cancellationToken).ConfigureAwait(false);
                states.Add(new QueueState
                {
                    Name = name,
                    Waiting = (int)(queue?.MessageCount ?? 0),
                    Consumers = (int)(queue?.ConsumerCount ?? 0),
                    Faulted = (int)(faults?.MessageCount ?? 0),
                });
            }

            return (IReadOnlyList<QueueState>)states;
        },
        cancellationToken);

    public async Task<IReadOnlyList<QueueFault>> ListFaultsAsync(int limit, CancellationToken cancellationToken)
    {
        var faults = new List<QueueFault>();
        await VisitAsync(
            (_, queue, message) =>
            {
                faults.Add(FaultedMessage.Describe(queue, message, options.Value.MaxMessageBytes));
                return Task.FromResult(false);
            },
            () => faults.Count < limit,
            cancellationToken).ConfigureAwait(false);
        return faults;
    }

    public Task<int> RequeueAsync(string idOrQueue, CancellationToken cancellationToken) => HandleAsync(
        idOrQueue,
        async (channel, queue, message) =>
        {
            var properties = new BasicProperties(message.BasicProperties)
            {
                Persistent = true,
                Headers = FaultHeaders.Fresh(message.BasicProperties.Headers),
            };
            // Returns when the broker has it; a crash before the acknowledgement makes two of it, never none.
            await channel.BasicPublishAsync("", queue, true, properties, message.Body, cancellationToken).ConfigureAwait(false);
        },
        cancellationToken);

    public Task<int> DropAsync(string idOrQueue, CancellationToken cancellationToken) =>
        HandleAsync(idOrQueue, static (_, _, _) => Task.CompletedTask, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync().ConfigureAwait(false);
        _turn.Dispose();
    }

    private async Task<int> HandleAsync(
        string idOrQueue, Func<IChannel, string, BasicGetResult, Task> act, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(idOrQueue);
        var handled = 0;
        await VisitAsync(
            async (channel, queue, message) =>
            {
                if (queue != idOrQueue && FaultedMessage.IdOf(message) != idOrQueue) return false;

                await act(channel, queue, message).ConfigureAwait(false);
                handled++;
                return true;
            },
            static () => true,
            cancellationToken).ConfigureAwait(false);
        return handled;
    }

    /// <summary>
    /// Shows every failed message that is there at the beginning. Those that the visitor answers true for are gone
    /// afterwards; the others are back in their place.
    /// </summary>
    private Task<bool> VisitAsync(
        Func<IChannel, string, BasicGetResult, Task<bool>> visit, Func<bool> more, CancellationToken cancellationToken) =>
        InTurnAsync(
            async () =>
            {
                foreach (var queue in endpoints.All)
                    await VisitAsync(queue, visit, more, cancellationToken).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    private async Task VisitAsync(
        string queue,
        Func<IChannel, string, BasicGetResult, Task<bool>> visit,
        Func<bool> more,
        CancellationToken cancellationToken)
    {
        var errors = QueueArguments.ErrorQueue(queue);
        var count = (await FindAsync(errors, cancellationToken).ConfigureAwait(false))?.MessageCount ?? 0;
        if (count == 0 || !more()) return;

        var handled = 0;
        var channel = await ChannelAsync(cancellationToken).ConfigureAwait(false);
        await using (channel.ConfigureAwait(false))
        {
            for (var i = 0; i < count && more(); i++)
            {
                if (await channel.BasicGetAsync(errors, false, cancellationToken).ConfigureAwait(false) is not { } message)
                    break;
                if (!await visit(channel, queue, message).ConfigureAwait(false)) continue;

                await channel.BasicAckAsync(message.DeliveryTag, false, cancellationToken).ConfigureAwait(false);
                handled++;
            }

            // What was not acknowledged goes back when the channel is closed, a moment later.
            await channel.CloseAsync(cancellationToken).ConfigureAwait(false);
        }

        for (var look = 0; look < Looks; look++)
        {
            var back = await FindAsync(errors, cancellationToken).ConfigureAwait(false);
            if (back is null || back.MessageCount >= count - handled) return;
            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<T> InTurnAsync<T>(Func<Task<T>> act, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await act().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<QueueDeclareOk?> FindAsync(string queue, CancellationToken cancellationToken)
    {
        // The broker closes the channel over a queue that is not there.
        var channel = await ChannelAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = channel.ConfigureAwait(false);
        try
        {
            return await channel.QueueDeclarePassiveAsync(queue, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationInterruptedException fault) when (fault.ShutdownReason?.ReplyCode == NotFound)
        {
            return null;
        }
    }

    private async Task<IChannel> ChannelAsync(CancellationToken cancellationToken)
    {
        var connection = await _connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true),
            cancellationToken).ConfigureAwait(false);
    }
}
