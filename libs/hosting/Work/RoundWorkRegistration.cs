using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sgasa.Contracts.Messages;

namespace Sgasa.Hosting.Work;

/// <summary>Puts work into a host: the one line that a kind of work has in its service.</summary>
public static class RoundWorkRegistration
{
    /// <summary>Adds one kind of work with its consumer.</summary>
    /// <typeparam name="TCommand">The command; its queue is named after it.</typeparam>
    /// <typeparam name="TEvent">The event that answers it.</typeparam>
    /// <typeparam name="TWork">What does it.</typeparam>
    public static void AddRoundWork<TCommand, TEvent, TWork>(this IBusRegistrationConfigurator bus)
        where TCommand : class, IRoundCommand
        where TEvent : class, IRoundAnswer<TCommand>
        where TWork : class, IRoundWork<TCommand, TEvent> =>
        bus.AddRoundWork<TCommand, TEvent, TWork, RoundWorkDefinition<TCommand, TEvent>>();

    /// <summary>Adds one kind of work that has a policy of its own.</summary>
    /// <typeparam name="TCommand">The command; its queue is named after it.</typeparam>
    /// <typeparam name="TEvent">The event that answers it.</typeparam>
    /// <typeparam name="TWork">What does it.</typeparam>
    /// <typeparam name="TDefinition">How it is consumed.</typeparam>
    public static void AddRoundWork<TCommand, TEvent, TWork, TDefinition>(this IBusRegistrationConfigurator bus)
        where TCommand : class, IRoundCommand
        where TEvent : class, IRoundAnswer<TCommand>
        where TWork : class, IRoundWork<TCommand, TEvent>
        where TDefinition : RoundWorkDefinition<TCommand, TEvent>
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.TryAddSingleton<IRoundWork<TCommand, TEvent>, TWork>();
        bus.AddConsumer<RoundWorkConsumer<TCommand, TEvent>, TDefinition>();
    }
}
