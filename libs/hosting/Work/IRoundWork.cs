using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;

namespace Sgasa.Hosting.Work;

/// <summary>
/// What one kind of command asks for, and nothing around it: <see cref="RoundWorkConsumer{TCommand, TEvent}"/> loads the
/// round, stores and publishes what comes of it, and sees to it that a repeated command repeats the answer only.
/// </summary>
/// <typeparam name="TCommand">The command.</typeparam>
/// <typeparam name="TEvent">The event that answers it.</typeparam>
public interface IRoundWork<in TCommand, TEvent>
    where TCommand : class, IRoundCommand
    where TEvent : class, IRoundAnswer
{
    /// <summary>Does the work; the outcome depends on the round and the command alone.</summary>
    /// <param name="round">What the round was asked to do.</param>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">Stops the work; the command is then worked on again.</param>
    Task<WorkDone<TEvent>> DoAsync(RoundSpecification round, TCommand command, CancellationToken cancellationToken);
}
