using Sgasa.Contracts;
using Sgasa.Contracts.Messages;

namespace Sgasa.Coordinator.Rounds;

/// <summary>
/// The steps of a round: which there are, what starts them, and which events they wait for. The rules look at the state
/// alone, each starting what has become possible, so the order in which it became so does not matter.
/// </summary>
internal static class RoundSteps
{
    // In the order in which their outstanding work is listed.
    private static readonly IRoundStep[] All =
        [new GuidelineStep(), new PromptStep(), new PairStep(), new TrainingStep(), new EvaluationStep()];

    private static readonly Func<RoundState, RoundState>[] InOrder =
    [
        GuidelineStep.FailWithout,
        PromptStep.Plan,
        PromptStep.HoldOutTestPrompts,
        state => EvaluationStep.Begin(state, Method.Vanilla, state.ParentCheckpointId),
        state => state.HasAllGuidelines() ? EvaluationStep.Begin(state, Method.Context, state.ParentCheckpointId) : state,
        state => state.HasAllGuidelines() ? AdvanceStage(state, Stage.Sft) : state,
        state => state.Sft.CheckpointId is { } sft ? EvaluationStep.Begin(state, Method.Sft, sft) : state,
        state => state.Sft.CheckpointId is not null ? AdvanceStage(state, Stage.Dpo) : state,
        state => state.Dpo.CheckpointId is { } dpo ? EvaluationStep.Begin(state, Method.Dpo, dpo) : state,
        EvaluationStep.Complete,
    ];

    private static readonly Dictionary<Type, AnswerRule> Rules = All.SelectMany(step => step.Answers)
        .Append(AnswerRule.On<WorkFailed>(GiveUp)).ToDictionary(rule => rule.Event);

    /// <summary>Every event that a round waits for: the one list that the consumers are made from.</summary>
    /// <exception cref="InvalidOperationException">An answer of the contracts has no rule: the round would wait for ever.</exception>
    public static IReadOnlyCollection<Type> AwaitedEvents => RoundMessages.Answers.Except(Rules.Keys).ToList() is [var first, ..]
        ? throw new InvalidOperationException($"No step of {nameof(RoundSteps)} says what {first.Name} changes.")
        : Rules.Keys;

    /// <summary>All commands that are not answered yet, in the order of the method's steps; none unless the round runs.</summary>
    public static IEnumerable<IRoundCommand> Outstanding(RoundState state) =>
        state.Status == RoundStatus.Running ? All.SelectMany(step => step.Outstanding(state)) : [];

    /// <summary>Writes what an event says into the round; the same object when it answers nothing that is awaited.</summary>
    public static RoundState Answer(RoundState state, IRoundAnswer answer) => Rules[answer.GetType()].Apply(state, answer);

    /// <summary>Applies every rule once, until the round ends.</summary>
    public static RoundState Advance(RoundState state)
    {
        foreach (var rule in InOrder)
        {
            if (state.Status != RoundStatus.Running) break;
            state = rule(state);
        }

        return state;
    }

    private static RoundState AdvanceStage(RoundState state, Stage stage) =>
        TrainingStep.Begin(PairStep.Plan(state, stage), stage);

    // A command may be worked on twice at once, and one of the two give up when the other has long answered.
    private static RoundState GiveUp(RoundState state, WorkFailed answer) =>
        RoundMessages.Commands.Any(c => c.Name == answer.Work.Split(' ')[0]) && Outstanding(state).All(c => c.Work != answer.Work)
            ? state
            : state.Failed($"{answer.Work} failed: {answer.Reason}");
}
