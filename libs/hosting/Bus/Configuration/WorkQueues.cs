using MassTransit;
using Sgasa.Contracts.Messages;

namespace Sgasa.Hosting.Bus;

/// <summary>The queues that commands are sent to, one for each kind of work.</summary>
public static class WorkQueues
{
    private static readonly Dictionary<string, Type> Commands =
        RoundMessages.Commands.ToDictionary(NameOf, StringComparer.Ordinal);

    /// <summary>All of them, in ordinal order.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Commands.Keys.Order(StringComparer.Ordinal)];

    /// <summary>A command's one queue, named after its verb: <c>AugmentPrompts</c> has <c>augment-prompts</c>.</summary>
    /// <exception cref="ArgumentException">The message is no command.</exception>
    public static string Of(Type commandType)
    {
        ArgumentNullException.ThrowIfNull(commandType);
        return commandType.IsAssignableTo(typeof(IRoundCommand))
            ? NameOf(commandType)
            : throw new ArgumentException($"{commandType.Name} is no command: publish it.", nameof(commandType));
    }

    /// <summary>The command that is sent to a queue; null for queues of events.</summary>
    internal static Type? CommandOf(string queue) => Commands.GetValueOrDefault(queue);

    private static string NameOf(Type commandType) => KebabCaseEndpointNameFormatter.Instance.SanitizeName(commandType.Name);
}
