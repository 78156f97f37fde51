namespace Sgasa.Contracts.Messages;

/// <summary>
/// Work of a round: sent to the one queue of its kind, which is named after the command, e.g. <c>augment-prompts</c>.
/// Beside it stands what answers it.
/// </summary>
public interface IRoundCommand : IRoundMessage
{
    /// <summary>
    /// The command's name and place in the round, words with a space between them, e.g. <c>SynthesizeGuideline 3-0</c>: the
    /// same for each repetition, and another for each other piece of work.
    /// </summary>
    string Work { get; }
}
