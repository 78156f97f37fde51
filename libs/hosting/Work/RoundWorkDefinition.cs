using MassTransit;
using Microsoft.Extensions.Options;
using Sgasa.Contracts.Messages;
using Sgasa.Hosting.Bus;

namespace Sgasa.Hosting.Work;

/// <summary>
/// How one kind of work is consumed: from the queue of its command, as <see cref="BusOptions"/> says. Work with a policy
/// of its own has a definition of its own beside it.
/// </summary>
/// <typeparam name="TCommand">The command.</typeparam>
/// <typeparam name="TEvent">The event that answers it.</typeparam>
public class RoundWorkDefinition<TCommand, TEvent> : ConsumerDefinition<RoundWorkConsumer<TCommand, TEvent>>
    where TCommand : class, IRoundCommand
    where TEvent : class, IRoundAnswer
{
    private static readonly string Queue = WorkQueues.Of(typeof(TCommand));

    private readonly BusOptions _options;

    /// <summary>Names the queue.</summary>
    public RoundWorkDefinition(IOptions<BusOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Value;
        EndpointName = Queue;
    }

    /// <summary>Commands worked on at once by this host; null for <see cref="BusOptions.Concurrency"/>.</summary>
    protected virtual int? AtOnce => null;

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<RoundWorkConsumer<TCommand, TEvent>> consumerConfigurator,
        IRegistrationContext context)
    {
        ArgumentNullException.ThrowIfNull(endpointConfigurator);
        // What an operator says of the queue counts more than what the work says.
        if (AtOnce is not { } limit || _options.EndpointConcurrency.ContainsKey(Queue)) return;

        endpointConfigurator.ConcurrentMessageLimit = limit;
        endpointConfigurator.PrefetchCount = limit;
    }
}
