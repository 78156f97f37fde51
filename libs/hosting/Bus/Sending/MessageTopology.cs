using MassTransit;
using Sgasa.Contracts.Messages;

namespace Sgasa.Hosting.Bus;

/// <summary>
/// Keeps the interfaces of the contracts to the process: on the wire a message is of its own type alone, and no exchange
/// is made for what it implements.
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

    /// <summary>Leaves them out of what publishing declares.</summary>
    public static void LeaveOutInterfaces(this IPublishTopologyConfigurator publish)
    {
        foreach (var type in Interfaces) publish.GetMessageTopology(type).Exclude = true;
    }
}
