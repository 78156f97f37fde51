using Sgasa.Contracts;
using Sgasa.Contracts.Messages;
using Sgasa.Coordinator.Rounds;
using Sgasa.Modeling.Training;
using TrainingStage = Sgasa.Contracts.Stage;

namespace Sgasa.Coordinator.Progress;

/// <summary>What a round's state says about one stage at one moment, before any clock comes in.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="State">Waiting, running, done or cancelled.</param>
/// <param name="Done">What is done.</param>
/// <param name="Of">What is wanted; 0 while unknown.</param>
/// <param name="Tokens">Tokens generated so far; 0 for trainings.</param>
/// <param name="IsActive">Whether work of it is outstanding right now.</param>
internal sealed record StageCount(ProgressStage Stage, ProgressState State, int Done, int Of, long Tokens, bool IsActive)
{
    /// <summary>All stages, in order.</summary>
    /// <param name="state">The round.</param>
    /// <param name="trainings">The last news of each training.</param>
    public static IReadOnlyList<StageCount> All(RoundState state, IReadOnlyDictionary<TrainingStage, TrainingProgressed> trainings) =>
    [
        .. new[]
        {
            Guidelines(state),
            Waves(ProgressStage.Prompts, state, state.Prompts.Harmful, state.Prompts.Benign),
            Waves(ProgressStage.SftPairs, state, state.Sft.Pairs.Harmful, state.Sft.Pairs.Benign),
            Training(ProgressStage.Sft, state, TrainingStage.Sft, state.Recipe.Sft, trainings),
            Waves(ProgressStage.DpoPairs, state, state.Dpo.Pairs.Harmful, state.Dpo.Pairs.Benign),
            Training(ProgressStage.Dpo, state, TrainingStage.Dpo, state.Recipe.Dpo, trainings),
            Evaluation(state),
        }.Select(count => state.Status == RoundStatus.Cancelled ? count.Cancelled() : count),
    ];

    private StageCount Cancelled() => State == ProgressState.Done ? this : this with { State = ProgressState.Cancelled };

    private static StageCount Guidelines(RoundState state)
    {
        var verified = state.Guidelines.Count(g => g.VerifiedId is not null);
        var done = verified == state.Guidelines.Count;
        return new StageCount(
            ProgressStage.Guidelines,
            done ? ProgressState.Done : ProgressState.Running,
            verified,
            state.Guidelines.Count,
            state.Guidelines.Sum(g => g.Tokens),
            IsActive: !done && IsRunning(state));
    }

    private static StageCount Waves(ProgressStage stage, RoundState state, params WaveState?[] waves)
    {
        var begun = waves.OfType<WaveState>().ToList();
        var done = begun.Count == waves.Length && begun.TrueForAll(Rounds.Waves.IsDone);
        return new StageCount(
            stage,
            done ? ProgressState.Done : begun.Count > 0 ? ProgressState.Running : ProgressState.Waiting,
            begun.Sum(Collected),
            Wanted(stage, state.Recipe),
            begun.Sum(w => w.Tokens),
            IsActive: begun.Exists(w => w.Wave.Count > 0) && IsRunning(state));
    }

    private static StageCount Training(
        ProgressStage progress,
        RoundState state,
        TrainingStage stage,
        TrainingArguments arguments,
        IReadOnlyDictionary<TrainingStage, TrainingProgressed> trainings)
    {
        var (pairs, checkpoint) = (state.At(stage).TrainingPairIds, state.At(stage).CheckpointId);
        var news = trainings.GetValueOrDefault(stage);
        // What the trainer says counts; until it has said something, the steps follow from the pairs.
        var steps = news?.Steps ?? arguments.StepsFor(pairs?.Count ?? 0);
        if (pairs is null) return new StageCount(progress, ProgressState.Waiting, 0, 0, 0, IsActive: false);
        return checkpoint is null
            ? new StageCount(progress, ProgressState.Running, news?.Step ?? 0, steps, 0, IsRunning(state))
            : new StageCount(progress, ProgressState.Done, steps, steps, 0, IsActive: false);
    }

    private static StageCount Evaluation(RoundState state)
    {
        var begun = state.Evaluations;
        var done = begun.Sum(e => Enumerable.Range(0, e.Shards.Count)
            .Where(i => e.Shards[i] is not null)
            .Sum(i => state.TestPromptShard(i).Count));
        var of = state.TestPromptIds.Count * Enum.GetValues<Method>().Length;
        return new StageCount(
            ProgressStage.Evaluation,
            begun.Count == 0 ? ProgressState.Waiting : done == of ? ProgressState.Done : ProgressState.Running,
            done,
            of,
            begun.Sum(e => e.Tokens),
            IsActive: begun.Any(e => !e.IsComplete) && IsRunning(state));
    }

    private static bool IsRunning(RoundState state) => state.Status == RoundStatus.Running;

    // Answers of an unfinished wave count too, though some of them may yet turn out to be surplus or near-duplicates.
    private static int Collected(WaveState waves) =>
        Math.Min(waves.Quota, waves.Kept.Count + waves.Wave.Sum(b => b.Items?.Count ?? 0));

    private static int Wanted(ProgressStage stage, Recipe recipe) => stage switch
    {
        ProgressStage.Prompts => 2 * recipe.Augmentation.PromptsPerLabel,
        ProgressStage.SftPairs => 2 * recipe.SftData.PairsPerLabel,
        _ => recipe.DpoData.HarmfulPairs + recipe.DpoData.BenignPairs,
    };
}
