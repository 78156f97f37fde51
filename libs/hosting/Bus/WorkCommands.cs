using MassTransit;
using Sgasa.Contracts.Messages;

namespace Sgasa.Hosting.Bus;

/// <summary>The commands that workers take from their queues.</summary>
public static class WorkCommands
{
    private static readonly HashSet<Type> Types =
    [
        typeof(SynthesizeGuideline),
        typeof(AugmentPrompts),
        typeof(BuildPairs),
        typeof(TrainCheckpoint),
        typeof(EvaluateCheckpoint),
    ];

    /// <summary>All commands.</summary>
    public static IReadOnlyCollection<Type> All => Types;

    /// <summary>Whether a message of that type is a command, sent to one queue; else it is an event, published.</summary>
    public static bool Contains(Type messageType) => Types.Contains(messageType);

    /// <summary>The command's one queue, named after its verb: <c>AugmentPrompts</c> has <c>augment-prompts</c>.</summary>
    public static string QueueOf(Type commandType)
    {
        ArgumentNullException.ThrowIfNull(commandType);
        return Types.Contains(commandType)
            ? KebabCaseEndpointNameFormatter.Instance.SanitizeName(commandType.Name)
            : throw new ArgumentException($"{commandType.Name} is no command: publish it.", nameof(commandType));
    }

    /// <summary>
    /// The command's round, and its name and place in it, e.g. <c>SynthesizeGuideline 3-0</c>; null for other messages.
    /// </summary>
    public static (string RoundId, string Work)? Describe(object message) => message switch
    {
        SynthesizeGuideline c => (c.RoundId, $"{nameof(SynthesizeGuideline)} {c.Slot}-{c.Attempt}"),
        AugmentPrompts c => (c.RoundId, $"{nameof(AugmentPrompts)} {c.Label} {c.Batch}"),
        BuildPairs c => (c.RoundId, $"{nameof(BuildPairs)} {c.Stage} {c.Label} {c.Batch}"),
        TrainCheckpoint c => (c.RoundId, $"{nameof(TrainCheckpoint)} {c.Stage}"),
        EvaluateCheckpoint c => (c.RoundId, $"{nameof(EvaluateCheckpoint)} {c.Method} {c.Shard}"),
        _ => null,
    };
}
