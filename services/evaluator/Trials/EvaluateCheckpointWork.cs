using Sgasa.Artifacts;
using Sgasa.Contracts;
using Sgasa.Contracts.Artifacts;
using Sgasa.Contracts.Messages;
using Sgasa.Evaluator.Judging;
using Sgasa.Hosting.Work;

namespace Sgasa.Evaluator.Trials;

/// <summary>Judges one method on a shard of the suite.</summary>
public sealed class EvaluateCheckpointWork(IArtifactStore artifacts, PromptEvaluator evaluator, Judges judges)
    : IRoundWork<EvaluateCheckpoint, CheckpointEvaluated>
{
    /// <inheritdoc />
    public async Task<WorkDone<CheckpointEvaluated>> DoAsync(
        RoundSpecification round, EvaluateCheckpoint command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(round);
        ArgumentNullException.ThrowIfNull(command);
        var prompts = await artifacts.GetAsync<EvaluationPrompt>(command.PromptIds, cancellationToken);
        var purpose = $"evaluation-{command.Method.ToString().ToLowerInvariant()}";
        var trials = prompts.Select(prompt => new PromptTrial(
            ArtifactIds.Response(round.Id, purpose, prompt.Id, 0), prompt.Id, prompt.Label, prompt.Text));
        var plan = await PlanAsync(round, command, cancellationToken);
        var judged = await evaluator.EvaluateAsync(
            plan, [.. trials], judges.For(round.Judge), onJudged: null, cancellationToken);
        var evaluated = new CheckpointEvaluated
        {
            RoundId = command.RoundId,
            Method = command.Method,
            Shard = command.Shard,
            Counts = VerdictCount.Of(judged.Select(j => j.Verdict)),
            Tokens = judged.Sum(j => j.Tokens),
        };
        return WorkDone.With(
            [.. judged.Select(j => Artifact(command, j))],
            evaluated,
            $"{judged.Count} responses judged, {evaluated.Counts.Unscored} unscored, {evaluated.Tokens} tokens");
    }

    private async Task<EvaluationPlan> PlanAsync(
        RoundSpecification round, EvaluateCheckpoint command, CancellationToken ct)
    {
        var guided = command.Method == Method.Context;
        if (guided && command.GuidelineIds.Count == 0)
            throw new ArgumentException(
                $"Round '{round.Id}' has no verified guideline to evaluate {command.Method} with.");

        var guidelines = guided ? await artifacts.GetAsync<Guideline>(command.GuidelineIds, ct) : [];
        return new EvaluationPlan
        {
            RoundSeed = round.Seed,
            CheckpointId = command.CheckpointId,
            Sampling = round.Recipe.Evaluation.Sampling,
            Instructions = round.Recipe.Instructions,
            Guidelines = [.. guidelines.Select(g => g.Text)],
        };
    }

    private static JudgedResponse Artifact(EvaluateCheckpoint command, JudgedTrial judged) => new()
    {
        Id = judged.Trial.ResponseId,
        RoundId = command.RoundId,
        Method = command.Method,
        PromptId = judged.Trial.PromptId,
        Label = judged.Trial.Label,
        Text = judged.Response,
        Verdict = judged.Verdict,
    };
}
