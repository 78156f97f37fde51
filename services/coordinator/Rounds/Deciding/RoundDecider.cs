using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;

namespace Sgasa.Coordinator.Rounds;

/// <summary>
/// The life of a round as a pure function from (round, event) to (round, messages): quotas, budgets and the next step
/// live here and in the rules beside it, and nowhere else. Unknown, repeated, late and premature events change nothing.
/// </summary>
public static class RoundDecider
{
    /// <summary>Begins a round.</summary>
    /// <param name="specification">What the round was asked to do.</param>
    /// <param name="testPromptIds">The evaluation prompts, harmful first; empty to hold out augmented prompts.</param>
    /// <param name="overrefusalTolerance">Largest fall of <em>not overrefuse</em> a promotion accepts, 0 to 1.</param>
    public static Decision Start(
        RoundSpecification specification, IReadOnlyList<string> testPromptIds, double overrefusalTolerance)
    {
        ArgumentNullException.ThrowIfNull(specification);
        ArgumentNullException.ThrowIfNull(testPromptIds);
        var recipe = specification.Recipe;
        var prompts = new WaveState
        {
            Quota = recipe.Augmentation.PromptsPerLabel,
            Budget = AugmentationBudget(recipe),
            BatchSize = recipe.Augmentation.BatchSize,
        };
        var state = new RoundState
        {
            RoundId = specification.Id,
            Recipe = recipe,
            Judge = specification.Judge,
            ParentCheckpointId = specification.ParentCheckpointId,
            OverrefusalTolerance = overrefusalTolerance,
            HoldsOutTestPrompts = testPromptIds.Count == 0,
            TestPromptIds = testPromptIds,
            Guidelines = [.. Enumerable.Repeat(new GuidelineSlot(), recipe.Guidelines.Count)],
            GuidelineAttempts = recipe.Guidelines.MaxAttempts,
            Prompts = new PerLabel<WaveState>(prompts, prompts),
        };
        return Conclude(null, RoundSteps.Advance(state));
    }

    /// <summary>What an event changes, and what follows from it.</summary>
    /// <param name="state">The round.</param>
    /// <param name="message">An event that rounds wait for.</param>
    public static Decision Decide(RoundState state, IRoundAnswer message)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(message);
        if (state.Status != RoundStatus.Running) return new Decision(state, []);

        var next = message.RoundId == state.RoundId ? RoundSteps.Answer(state, message) : state;
        if (ReferenceEquals(next, state)) return new Decision(state, []);

        // A training that failed has nothing left to stop, and its job keeps its reason.
        return Conclude(state, RoundSteps.Advance(next), stopsTraining: message is not TrainingFailed);
    }

    /// <summary>Stops a running round; one that has ended stays as it is.</summary>
    public static Decision Cancel(RoundState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Status != RoundStatus.Running) return new Decision(state, []);

        var cancelled = state with { Status = RoundStatus.Cancelled, Reason = "The round was cancelled." };
        return Conclude(state, cancelled);
    }

    /// <summary>
    /// Takes a failed or cancelled round up again where it stopped: outstanding work is asked for again, and a budget
    /// that was spent (guideline attempts, augmentation) is granted once more. Other rounds stay as they are.
    /// </summary>
    public static Decision Resume(RoundState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Status is not (RoundStatus.Failed or RoundStatus.Cancelled)) return new Decision(state, []);

        var resumed = state with { Status = RoundStatus.Running, Reason = "" };
        if (GuidelineStep.HasExhausted(resumed))
            resumed = resumed with { GuidelineAttempts = resumed.GuidelineAttempts + resumed.Recipe.Guidelines.MaxAttempts };
        foreach (var label in Labels.All.Where(l => PromptStep.HasTooFew(resumed, l)))
        {
            var prompts = resumed.Prompts[label];
            prompts = prompts with { Budget = prompts.Budget + AugmentationBudget(resumed.Recipe) };
            resumed = resumed with { Prompts = resumed.Prompts.With(label, prompts) };
        }

        return Conclude(state, RoundSteps.Advance(resumed));
    }

    /// <summary>
    /// Every command that is not answered yet; consumers are idempotent, so sending them again is harmless. Empty
    /// unless the round is running.
    /// </summary>
    public static IReadOnlyList<IRoundCommand> Outstanding(RoundState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return [.. RoundSteps.Outstanding(state)];
    }

    private static Decision Conclude(RoundState? before, RoundState after, bool stopsTraining = true)
    {
        var known = before is null ? [] : RoundSteps.Outstanding(before).Select(c => c.Work).ToHashSet();
        var commands = RoundSteps.Outstanding(after).Where(c => !known.Contains(c.Work));
        return new Decision(after, [.. RoundTransitions.Between(before, after, stopsTraining), .. commands]);
    }

    private static int AugmentationBudget(Recipe recipe) =>
        (int)Math.Ceiling(recipe.Augmentation.Budget * recipe.Augmentation.PromptsPerLabel);
}
