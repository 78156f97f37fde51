using Sgasa.Contracts;
using Sgasa.Contracts.Messages;

namespace Sgasa.Coordinator.Rounds;

/// <summary>Evaluations: every method on every shard of the suite; after the last one the candidate is compared.</summary>
internal sealed class EvaluationStep : IRoundStep
{
    public IEnumerable<AnswerRule> Answers => [AnswerRule.On<CheckpointEvaluated>(Answer)];

    public IEnumerable<IRoundCommand> Outstanding(RoundState state) =>
        from evaluation in state.Evaluations
        from shard in Enumerable.Range(0, evaluation.Shards.Count)
        where evaluation.Shards[shard] is null
        select new EvaluateCheckpoint
        {
            RoundId = state.RoundId,
            Method = evaluation.Method,
            CheckpointId = evaluation.CheckpointId,
            GuidelineIds = evaluation.Method == Method.Context ? state.VerifiedGuidelineIds() : [],
            Shard = shard,
            PromptIds = state.TestPromptShard(shard),
        };

    /// <summary>Begins the evaluation of a method, once there are test prompts.</summary>
    public static RoundState Begin(RoundState state, Method method, string? checkpointId)
    {
        if (state.TestPromptIds.Count == 0 || state.Evaluations.Any(e => e.Method == method)) return state;

        var size = state.Recipe.Evaluation.ShardSize;
        var evaluation = new MethodEvaluation
        {
            Method = method,
            CheckpointId = checkpointId,
            Shards = new EvaluationCounts?[(state.TestPromptIds.Count + size - 1) / size],
        };
        return state with { Evaluations = [.. state.Evaluations.Append(evaluation).OrderBy(e => e.Method)] };
    }

    /// <summary>Ends the round when all methods are judged.</summary>
    public static RoundState Complete(RoundState state)
    {
        if (state.Evaluations.Count < Enum.GetValues<Method>().Length || state.Evaluations.Any(e => !e.IsComplete))
            return state;

        var counts = state.Evaluations.ToDictionary(e => e.Method, e => e.Counts);
        return state with
        {
            Status = RoundStatus.Completed,
            Promotion = PromotionPolicy.Decide(counts[Method.Vanilla], counts[Method.Dpo], state.OverrefusalTolerance),
        };
    }

    private static RoundState Answer(RoundState state, CheckpointEvaluated answer)
    {
        var evaluation = state.Evaluations.FirstOrDefault(e => e.Method == answer.Method);
        if (evaluation is null || answer.Shard < 0 || answer.Shard >= evaluation.Shards.Count) return state;
        if (evaluation.Shards[answer.Shard] is not null) return state;

        var answered = evaluation with
        {
            Shards = evaluation.Shards.Replace(answer.Shard, answer.Counts),
            Tokens = evaluation.Tokens + answer.Tokens,
        };
        return state with
        {
            Evaluations = [.. state.Evaluations.Select(e => e.Method == answer.Method ? answered : e)],
        };
    }
}
