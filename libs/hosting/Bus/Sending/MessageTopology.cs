using MassTransit;
using Sgasa.Contracts.Messages;

namespace Sgasa.Hosting.Bus;

/// <summary>
/// Keeps the interfaces of the contracts to the process: on the wire and in traces a message is of its own type alone, and
/// no exchange is made for what it implements.
/// </summary>
internal static class MessageTopology
{
    private static readonly Type[] Interfaces =
    [
        .. RoundMessages.Commands.Concat(RoundMessages.Events)
            .SelectMany(t => t.GetInterfaces())
            .Where(i => i.IsAssignableTo(typeof(IRoundMessage)))
            .Distinct(),
    ];

    /// <summary>Leaves them out of what publishing declares, and of what a message says of itself.</summary>
    public static void LeaveOutInterfaces(this IBusFactoryConfigurator bus)
    {
        foreach (var type in Interfaces) bus.PublishTopology.GetMessageTopology(type).Exclude = true;
        bus.ConfigureSend(send => send.UseExecute(NameOwnTypeOnly));
        bus.ConfigurePublish(publish => publish.UseExecute(NameOwnTypeOnly));
    }

    // The library names the message's own type first.
    private static void NameOwnTypeOnly(SendContext context) => context.SupportedMessageTypes = context.SupportedMessageTypes[..1];
}
