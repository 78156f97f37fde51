using Sgasa.Contracts.Messages;

namespace Sgasa.Coordinator.Rounds;

/// <summary>Writes what an event says into the round.</summary>
/// <param name="Event">The event's type.</param>
/// <param name="Apply">
/// The round after it; the same object when the event answers nothing that is awaited, being repeated, late or premature.
/// </param>
internal sealed record AnswerRule(Type Event, Func<RoundState, IRoundAnswer, RoundState> Apply)
{
    /// <summary>The rule of one event.</summary>
    public static AnswerRule On<TEvent>(Func<RoundState, TEvent, RoundState> apply) where TEvent : class, IRoundAnswer =>
        new(typeof(TEvent), (state, answer) => apply(state, (TEvent)answer));
}
