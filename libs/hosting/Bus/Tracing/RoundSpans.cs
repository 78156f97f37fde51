using MassTransit;
using MassTransit.Configuration;

namespace Sgasa.Hosting.Bus;

/// <summary>
/// Gives every kind of message that an endpoint consumes its <see cref="RoundSpanFilter{T}"/>: one for all of them, where
/// MassTransit's filters by open type are made anew, in a scope, for each message.
/// </summary>
internal sealed class RoundSpans : ConfigurationObserver, IMessageConfigurationObserver
{
    private readonly TimeProvider _time;

    private RoundSpans(IConsumePipeConfigurator endpoint, TimeProvider time)
        : base(endpoint)
    {
        _time = time;
        Connect(this);
    }

    /// <summary>Adds the filters of whatever is configured on the endpoint from here on.</summary>
    public static void Use(IConsumePipeConfigurator endpoint, TimeProvider time) => _ = new RoundSpans(endpoint, time);

    public void MessageConfigured<TMessage>(IConsumePipeConfigurator configurator)
        where TMessage : class =>
        configurator.AddPipeSpecification(
            new FilterPipeSpecification<ConsumeContext<TMessage>>(new RoundSpanFilter<TMessage>(_time)));
}
