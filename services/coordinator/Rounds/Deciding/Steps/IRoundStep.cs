using Sgasa.Contracts.Messages;

namespace Sgasa.Coordinator.Rounds;

/// <summary>
/// One kind of a round's work, as pure functions: what of it is outstanding, and what its answers change. When it begins
/// is said in <see cref="RoundSteps"/>, which knows all of them.
/// </summary>
internal interface IRoundStep
{
    /// <summary>The commands of this kind that a running round waits for, in the order of the work.</summary>
    IEnumerable<IRoundCommand> Outstanding(RoundState state);

    /// <summary>What each event that answers it changes.</summary>
    IEnumerable<AnswerRule> Answers { get; }
}
