using Sgasa.Contracts;
using Sgasa.Evaluator.Judging;
using Sgasa.Prompting;
using Sgasa.Prompting.Sampling;

namespace Sgasa.Evaluator.Trials;

/// <summary>Samples one response to each prompt and has it judged; in a round or outside of one.</summary>
public sealed class PromptEvaluator([FromKeyedServices(Samplers.Generator)] ModelSampler sampler)
{
    /// <summary>Evaluates prompts.</summary>
    /// <param name="plan">What is evaluated and how.</param>
    /// <param name="trials">The prompts.</param>
    /// <param name="judge">Who judges.</param>
    /// <param name="onJudged">Told of each prompt when it is done, in the order of being done, one at a time.</param>
    /// <param name="cancellationToken">Stops the evaluation.</param>
    /// <returns>The judged responses in the order of the prompts.</returns>
    public async Task<IReadOnlyList<JudgedTrial>> EvaluateAsync(
        EvaluationPlan plan,
        IReadOnlyList<PromptTrial> trials,
        IJudge judge,
        Action<JudgedTrial>? onJudged,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(judge);
        var turn = new Lock();
        return await Concurrently.SelectAsync(trials, EvaluateAsync, cancellationToken);

        async Task<JudgedTrial> EvaluateAsync(PromptTrial trial, CancellationToken ct)
        {
            var sample = await sampler.SampleAsync(Request(plan, trial), ct);
            var judgement = await judge.JudgeAsync(
                new JudgementRequest
                {
                    ResponseId = trial.ResponseId,
                    RoundSeed = plan.RoundSeed,
                    Instructions = plan.Instructions,
                    Label = trial.Label,
                    Prompt = trial.Prompt,
                    Response = sample.Text,
                },
                ct);
            var judged = new JudgedTrial(trial, sample.Text, judgement.Verdict, sample.Tokens + judgement.Tokens);
            lock (turn) onJudged?.Invoke(judged);
            return judged;
        }
    }

    private static SampleRequest Request(EvaluationPlan plan, PromptTrial trial) => new()
    {
        Id = trial.ResponseId,
        RoundSeed = plan.RoundSeed,
        Text = Text(plan, trial),
        Sampling = plan.Sampling,
        CheckpointId = plan.CheckpointId,
    };

    private static string Text(EvaluationPlan plan, PromptTrial trial)
    {
        if (plan.Guidelines.Count == 0) return trial.Prompt;

        var seed = Seeds.Derive(plan.RoundSeed, $"{trial.ResponseId}/guideline");
        var guideline = SeededDraw.One(plan.Guidelines, seed);
        return InstructionSet.For(plan.Instructions).FollowGuideline(guideline, trial.Prompt).Text;
    }
}
