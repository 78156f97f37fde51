namespace Sgasa.Contracts.Messages;

/// <summary>The messages there are, by what they say of themselves: a new one is in these lists when it is written.</summary>
public static class RoundMessages
{
    /// <summary>Everything that is sent to one queue.</summary>
    public static IReadOnlyList<Type> Commands { get; } = Of(typeof(IRoundCommand));

    /// <summary>Everything that is published.</summary>
    public static IReadOnlyList<Type> Events { get; } = Of(typeof(IRoundEvent));

    /// <summary>The events that a round waits for.</summary>
    public static IReadOnlyList<Type> Answers { get; } = Of(typeof(IRoundAnswer));

    private static readonly Dictionary<Type, Type> Questions = (
        from answer in Answers
        from kind in answer.GetInterfaces()
        where kind.IsGenericType && kind.GetGenericTypeDefinition() == typeof(IRoundAnswer<>)
        select (answer, command: kind.GenericTypeArguments[0])).ToDictionary(p => p.answer, p => p.command);

    /// <summary>The command that an event answers; null for other events.</summary>
    public static Type? CommandOf(Type eventType) => Questions.GetValueOrDefault(eventType);

    private static Type[] Of(Type kind) =>
        [.. kind.Assembly.GetExportedTypes().Where(t => t.IsClass && t.IsAssignableTo(kind)).OrderBy(t => t.Name, StringComparer.Ordinal)];
}
